import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { jsonSchema } from './json-schema';
import { PLATFORM_SPELLINGS } from './forms';
import { CONFIG_KEYS } from './schema';

const FILE = join(__dirname, '../../build-config.schema.json');
const LEGACY = join(__dirname, 'fixtures/legacy');

describe('build-config.schema.json', () => {
  it('is what the schema says (UPDATE_SCHEMA=1 writes it)', () => {
    const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
    if (process.env.UPDATE_SCHEMA === '1') writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  it('describes every key, with an example', () => {
    const properties = jsonSchema().properties as Record<string, { description?: string; examples?: unknown[] }>;
    expect(Object.keys(properties)).toEqual(CONFIG_KEYS);
    for (const [key, { description, examples }] of Object.entries(properties)) {
      expect([key, description]).toEqual([key, expect.stringMatching(/\.$/)]);
      expect([key, examples?.length]).toEqual([key, 1]);
    }
    expect(JSON.stringify(properties.platforms)).toContain(JSON.stringify(PLATFORM_SPELLINGS));
  });

  const check = (text: string): boolean =>
    z.fromJSONSchema(jsonSchema()).safeParse(parse(text, { merge: true }) ?? {}).success;

  it.each(readdirSync(LEGACY).filter((file) => file.endsWith('.yaml') && file !== 'empty-keys.yaml'))(
    'lets an editor take %s',
    (file) => {
      expect(check(readFileSync(join(LEGACY, file), 'utf8'))).toBe(true);
    },
  );

  it.each([
    'platform: a',
    'platforms: [linux/amd46]',
    'cache: often',
    'version: 2',
    'labels: [a]',
    'additional_tags: [{moving: true}]',
    'build_backend: ko',
  ])('lets an editor complain about %s', (text) => {
    expect(check(text)).toBe(false);
  });
});
