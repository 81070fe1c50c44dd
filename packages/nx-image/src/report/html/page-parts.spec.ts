import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageParts } from '../../../testing/page-parts';

const FILE = join(__dirname, 'page-parts.ts');

describe('page-parts.ts', () => {
  it('is what packages/nx-image/page says (UPDATE_PAGE=1 writes it)', () => {
    const text = pageParts();
    if (process.env.UPDATE_PAGE === '1') writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });
});
