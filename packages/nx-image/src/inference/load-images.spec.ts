import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HephyErrors } from '../errors/hephy-error';
import { loadDirectory } from './load-images';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hephy-load-'));
  mkdirSync(join(root, 'web'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function load(source: string | Uint8Array): readonly string[] {
  writeFileSync(join(root, 'web/build-config.yaml'), source);
  try {
    return loadDirectory(root, 'web/build-config.yaml')[0].config.additionalTags.map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof HephyErrors)) throw error;
    return error.errors.map(({ code }) => code);
  }
}

const config = (tag: string): string => `additional_tags: [${tag}]\n`;

test('a config is what its file says now, however it looks like what it said before', () => {
  expect(load(config('a1'))).toEqual(['a1']);
  expect(load(config('a2'))).toEqual(['a2']);
  expect(load(Buffer.from(config('a\ufffd'), 'latin1'))).toEqual(['CONFIG_SYNTAX']);
  expect(load(config('a\ufffd'))).toEqual(['CONFIG_INVALID']);
  expect(load(config('a1'))).toEqual(['a1']);
  expect(load(config('a1, a1'))).toEqual(['CONFIG_INVALID']);
  expect(load(config('a1'))).toEqual(['a1']);
});

test.each([
  ['with a byte order mark', `\ufeff${config('v1')}`, 'v1'],
  ['longer than most', `${'# a\n'.repeat(20_000)}${config('v1')}`, 'v1'],
  ['longer than any', `${'# a\n'.repeat(300_000)}${config('v1')}`, 'CONFIG_TOO_LARGE'],
  ['of few letters that take many bytes', `# ${'€'.repeat(30_000)}\n${config('v1')}`, 'v1'],
  ['in UTF-16', Buffer.from(`\ufeff${config('v1')}`, 'utf16le'), 'CONFIG_SYNTAX'],
  ['that is no UTF-8', Buffer.from([...Buffer.from('# '), 0xff, 0x0a]), 'CONFIG_SYNTAX'],
])('a config %s', (_, source, found) => {
  expect(load(source)).toEqual([found]);
});
