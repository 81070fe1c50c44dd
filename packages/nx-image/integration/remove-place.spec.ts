import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerIdentity } from '../src/process/owner';
import { makePrivateDirectory } from '../src/run/runtime/private-directory';
import { removePlace } from '../src/run/runtime/remove-place';
import { sweepDirectories } from '../src/run/sweep';

const work = mkdtempSync(join(tmpdir(), 'hephy-work-'));
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

test('a removal that cannot come to its end leaves whose it is, and the next run ends it', async () => {
  const directory = await makePrivateDirectory(work);
  const mount = join(directory, 'store/mount');
  mkdirSync(mount, { recursive: true });
  writeFileSync(join(directory, 'zzz'), '');
  execFileSync('mount', ['-t', 'tmpfs', 'hephy-test', mount]);
  try {
    await expect(removePlace(directory, undefined)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(readdirSync(directory)).toContain('owner');
    await sweepDirectories(work);
    expect(readdirSync(directory)).toContain('owner');
  } finally {
    execFileSync('umount', [mount]);
  }
  writeFileSync(join(directory, 'owner'), ownerIdentity().replace(/^\d+:\d+/, '1:1'));
  await sweepDirectories(work);
  expect(readdirSync(work)).toEqual([]);
});

test('one that is gone is removed', async () => {
  await expect(removePlace(join(work, 'none'), undefined)).resolves.toBeUndefined();
});
