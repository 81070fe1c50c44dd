import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ContextEntry } from '../../source/source';
import { writeTar } from './write-tar';

const root = mkdtempSync(join(tmpdir(), 'hephy-tar-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const signal = new AbortController().signal;
const LONG = `${'d'.repeat(90)}/${'é'.repeat(60)}/${'f'.repeat(200)}`;
const CONTENTS: Readonly<Record<string, string>> = {
  ...{ a: 'a\n', '-rf': '', 'with space and $(x) `y`': 'z', 'dir/.hidden': 'h', exactly: 'x'.repeat(512) },
  [LONG]: 'long',
  ['n'.repeat(100)]: 'a hundred',
  large: 'l'.repeat(700_001),
};
const entries: ContextEntry[] = [
  ...Object.keys(CONTENTS).map((path): ContextEntry => ({
    path,
    kind: path === 'a' ? 'executable' : 'file',
    content: '',
  })),
  { path: 'link', kind: 'symlink', content: '../out of it' },
  { path: 'long link', kind: 'symlink', content: 't'.repeat(150) },
];
const from = join(root, 'from');
for (const [path, text] of Object.entries(CONTENTS)) {
  mkdirSync(dirname(join(from, path)), { recursive: true });
  writeFileSync(join(from, path), text, { mode: path === 'a' ? 0o755 : 0o644 });
}
for (const { path, kind, content } of entries) if (kind === 'symlink') symlinkSync(content, join(from, path));

test('programs unpack it', async () => {
  const file = join(root, 'context.tar');
  const hashes = await writeTar(file, entries, from, signal);
  const to = mkdtempSync(join(root, 'to-'));
  execFileSync('tar', ['-xf', file, '-C', to]);
  for (const [path, text] of Object.entries(CONTENTS)) {
    expect(readFileSync(join(to, path), 'utf8')).toBe(text);
    expect(hashes.get(path)).toBe(createHash('sha256').update(text).digest('hex'));
    expect(lstatSync(join(to, path)).mode & 0o777).toBe(path === 'a' ? 0o755 : 0o644);
  }
  for (const { path, kind, content } of entries)
    if (kind === 'symlink') expect(readlinkSync(join(to, path))).toBe(content);
  expect(readdirSync(to).sort()).toEqual(readdirSync(from).sort());
});

test('the same entries are the same bytes', async () => {
  const [one, other] = [join(root, 'one'), join(root, 'other')];
  await writeTar(one, entries, from, signal);
  await writeTar(other, entries, from, signal);
  expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
});

test('leaves nothing of what cannot be written whole', async () => {
  const file = join(root, 'broken');
  await expect(writeTar(file, [{ path: 'none', kind: 'file', content: '' }], from, signal)).rejects.toThrow('ENOENT');
  expect(readdirSync(root)).not.toContain('broken');
  await expect(writeTar(join(root, 'no', 'directory'), entries, from, signal)).rejects.toThrow('ENOENT');
});
