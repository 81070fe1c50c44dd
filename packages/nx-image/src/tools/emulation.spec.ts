import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatedArchitecture, findEmulation, type Emulation } from './emulation';

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

  const found = (
    architecture: string,
    tried: 'starts' | 'refused' | 'unknown' = 'refused',
    where = directory,
  ): Promise<Emulation> =>
    findEmulation(architecture, 'amd64', { directory: where, tryOut: () => Promise.resolve(tried) });

  test('knows its own, the emulated and the missing', async () => {
    writeFileSync(join(directory, 'status'), 'enabled\n');
    writeFileSync(join(directory, 'qemu-aarch64'), AARCH64);
    writeFileSync(join(directory, 'qemu-s390x'), S390X.replace('POF', 'PO'));
    await expect(found('amd64')).resolves.toBe('native');
    await expect(found('386')).resolves.toBe('native');
    await expect(found('arm64')).resolves.toBe('emulated');
    await expect(found('riscv64')).resolves.toBe('missing');
  });

  test('what starts here and would not in the builder’s root is missing', async () => {
    await expect(found('s390x', 'starts')).resolves.toBe('missing');
  });

  test('a CPU that runs it by itself, or a container that sees no binfmt_misc, is asked', async () => {
    await expect(found('arm', 'starts')).resolves.toBe('native');
    await expect(found('arm64', 'starts', join(directory, 'none'))).resolves.toBe('emulated');
    await expect(found('arm64', 'refused', join(directory, 'none'))).resolves.toBe('missing');
    await expect(found('arm64', 'unknown', join(directory, 'none'))).resolves.toBe('unknown');
  });
});
