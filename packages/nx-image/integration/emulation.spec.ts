import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../src/process/run-process';
import { tinyProgram } from '../src/tools/tiny-program';
import { tryArchitecture } from '../src/tools/try-architecture';

const directory = mkdtempSync(join(tmpdir(), 'hephy-emulation-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Go's name and the emulator's, of Debian's qemu-user-static. */
const EMULATORS = {
  '386': 'i386',
  amd64: 'x86_64',
  arm: 'arm',
  arm64: 'aarch64',
  loong64: 'loongarch64',
  mips64le: 'mips64el',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
};

test.each(Object.entries(EMULATORS))('a tiny program of %s ends well where it can run', async (architecture, name) => {
  const file = join(directory, name);
  writeFileSync(file, tinyProgram(architecture)!, { mode: 0o700 });
  const end = await runProcess({ file: `/usr/bin/qemu-${name}-static`, arguments: [file], env: {} });
  expect(end).toMatchObject({ kind: 'exited', exitCode: 0 });
});

test('a program of this machine starts, one of an architecture that nothing emulates does not', async () => {
  const place = join(directory, 'not/there/yet');
  const own = arch() === 'x64' ? 'amd64' : arch();
  await expect(tryArchitecture(own, place, runProcess)).resolves.toBe('starts');
  const registered = existsSync('/proc/sys/fs/binfmt_misc/qemu-loongarch64');
  await expect(tryArchitecture('loong64', place, runProcess)).resolves.toBe(registered ? 'starts' : 'refused');
  await expect(tryArchitecture('pdp11', place, runProcess)).resolves.toBe('unknown');
  expect(readdirSync(place)).toEqual([]);
});

test('where no program may lie nothing is known', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  await expect(tryArchitecture('arm64', file, runProcess)).resolves.toBe('unknown');
});
