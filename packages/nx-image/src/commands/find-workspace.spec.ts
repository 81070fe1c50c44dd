import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findWorkspace } from './find-workspace';

describe('findWorkspace', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-find-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    ['plain JSON', '{"cacheDirectory": "x"}'],
    ['comments and a trailing comma, as nx does', '// ours\n{"cacheDirectory": "x", /* and */ }'],
  ])('finds nx.json above, with %s', (_, text) => {
    writeFileSync(join(directory, 'nx.json'), text);
    mkdirSync(join(directory, 'a/b'), { recursive: true });
    expect(findWorkspace(join(directory, 'a/b'))).toEqual({ root: directory, nxJson: { cacheDirectory: 'x' } });
  });

  it('says where nx.json is no JSON', () => {
    writeFileSync(join(directory, 'nx.json'), '{"cacheDirectory": }');
    expect(() => findWorkspace(directory)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error);
  });

  it('is not content without a workspace', () => {
    expect(() => findWorkspace('/')).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error);
  });
});
