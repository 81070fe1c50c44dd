import type { ProcessEnd } from '../process/process';
import { findBubblewrap } from './find-bubblewrap';

/** Any program will do for one that is found. */
const env = { HEPHY_BWRAP: process.execPath };

test.each<[ProcessEnd, string]>([
  [
    { kind: 'exited', exitCode: 1, stdout: new Uint8Array(), stderr: 'bwrap: Creating new namespace failed\n' },
    'bubblewrap is not permitted to make a root here: bwrap: Creating new namespace failed',
  ],
  [{ kind: 'timed out', after: 60_000 }, 'bubblewrap has not made a root here: no answer within 60 s'],
])('one that may not, and one that does not answer, are told apart', async (end, message) => {
  await expect(findBubblewrap({ env }, 0, () => Promise.resolve(end))).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message,
  });
});

test('a mount of the machine that is gone meanwhile is no answer', async () => {
  const stderr =
    'bwrap: Unable to apply mount flags: remount "/newroot/var/lib/docker/overlay2/x/merged": Invalid argument\n';
  const gone: ProcessEnd = { kind: 'exited', exitCode: 1, stdout: new Uint8Array(), stderr };
  const well: ProcessEnd = { kind: 'exited', exitCode: 0, stdout: Buffer.from('bubblewrap 0.8.0\n'), stderr: '' };
  const ends = [gone, gone, well];
  const found = await findBubblewrap({ env }, 0, () => Promise.resolve(ends.shift() ?? gone));
  expect(found.sizesTmpfs).toBe(true);
  await expect(findBubblewrap({ env }, 0, () => Promise.resolve(gone))).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
  });
});
