import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { endGroup } from './process-group';

jest.mock('node:fs', () => ({ ...jest.requireActual<typeof fs>('node:fs'), readFileSync: jest.fn() }));

const { readFileSync } = jest.requireActual<typeof fs>('node:fs');

/** What /proc answers of processes that are another user's: https://man7.org/linux/man-pages/man5/proc_pid.5.html, hidepid=1. */
test.each(['EPERM', 'EACCES'])('what /proc keeps from us (%s) is no member of the group', async (code) => {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  const { pid = 0 } = child;
  jest.mocked(fs.readFileSync).mockImplementation((path, options) => {
    if (path !== `/proc/${pid}/stat`) throw Object.assign(new Error(`${code}: ${String(path)}`), { code });
    return readFileSync(path, options);
  });
  const exited = once(child, 'exit');
  await endGroup(pid);
  expect(await exited).toEqual([null, 'SIGTERM']);
});
