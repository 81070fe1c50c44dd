import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Says something when its reader has gone, and then comes to its end. */
const PROGRAM = `
const { liveOutput } = require(process.argv[1]);
const output = liveOutput({ verbose: false, single: true });
process.once('message', async () => {
  output.table('one');
  await new Promise(setImmediate);
  output.table('two');
  process.disconnect();
  process.exitCode = 7;
});
process.send('ready');
`;

test('a run whose nx was killed comes to its end, though nobody reads what it says', async () => {
  const module = join(__dirname, '../src/executors/live-output.ts');
  const child = spawn(process.execPath, ['-r', '@swc-node/register', '-e', PROGRAM, module], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  await once(child, 'message');
  child.stdout?.destroy();
  child.send('go');
  expect(await ended).toEqual([7, null]);
});
