import { runProcess } from '../src/process/run-process';
import { stopSignal, withStopSignal } from '../src/process/stop-signals';

/**
 * A program for tests of stopping, to be started as a process of its own: `MODE MARKER`. Runs two shells that hold the marker in their command
 * lines, one of them deaf to SIGTERM, and says on stdout what became of them.
 */
const [mode, marker = ''] = process.argv.slice(2);
const env = { PATH: process.env.PATH ?? '' };

async function work(): Promise<string> {
  const shell = (script: string) =>
    runProcess({
      file: 'sh',
      arguments: ['-c', script, marker],
      env,
      onLine: (line) => process.stdout.write(`${line}\n`),
    });
  const ends = await Promise.all([
    shell('echo started; sleep 60 & wait'),
    shell('trap "" TERM; echo started; while :; do sleep 1; done'),
  ]);
  return ends.map((end) => end.kind).join(' ');
}

async function main(): Promise<void> {
  if (mode === 'bare') {
    process.stdout.write(`ended ${await work()}\n`);
  } else if (mode === 'run') {
    const ends = await withStopSignal(work);
    process.stdout.write(`ended ${ends} ${String(stopSignal().reason)}\n`);
    process.exitCode = 7;
  } else if (mode === 'exit') {
    process.stdin.once('data', () => process.exit(3));
    await work();
  }
}

void main();
