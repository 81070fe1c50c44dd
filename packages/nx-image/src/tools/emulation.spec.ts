import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatedArchitecture, findEmulation } from './emulation';

const AARCH64 = `enabled
interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
flags: POF
offset 0
magic 7f454c460201010000000000000000000200b700
mask ffffffffffffff00fffffffffffffffffeffffff
`;
const S390X = AARCH64.replace(/^magic .*$/m, 'magic 7f454c4602020100000000000000000000020016');

test('reads the architecture out of the magic', () => {
  expect(emulatedArchitecture(AARCH64)).toBe('arm64');
  expect(emulatedArchitecture(S390X)).toBe('s390x');
});

test('an entry that is off, without flag F, or of another format emulates nothing', () => {
  expect(emulatedArchitecture(AARCH64.replace('enabled', 'disabled'))).toBeUndefined();
  expect(emulatedArchitecture(AARCH64.replace('POF', 'PO'))).toBeUndefined();
  expect(
    emulatedArchitecture('enabled\ninterpreter /usr/bin/python3\nflags: F\noffset 0\nmagic cb0d0d0a\n'),
  ).toBeUndefined();
});

describe('findEmulation', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-binfmt-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('knows its own, the emulated and the missing', async () => {
    writeFileSync(join(directory, 'status'), 'enabled\n');
    writeFileSync(join(directory, 'qemu-aarch64'), AARCH64);
    await expect(findEmulation('amd64', 'amd64', directory)).resolves.toBe('native');
    await expect(findEmulation('386', 'amd64', directory)).resolves.toBe('native');
    await expect(findEmulation('arm64', 'amd64', directory)).resolves.toBe('emulated');
    await expect(findEmulation('s390x', 'amd64', directory)).resolves.toBe('missing');
    await expect(findEmulation('arm64', 'amd64', join(directory, 'none'))).resolves.toBe('missing');
  });
});
