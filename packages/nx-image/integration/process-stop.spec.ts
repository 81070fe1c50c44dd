import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { livingProcesses, until } from '../testing/processes';

const PROGRAM = join(__dirname, '../testing/stoppable-program.ts');

interface Stoppable {
  readonly child: ChildProcess;
  readonly marker: string;
  readonly output: () => string;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

let count = 0;
async function startProgram(mode: string): Promise<Stoppable> {
  const marker = `hephy-stop-${process.pid}-${++count}`;
  const child = fork(PROGRAM, [mode, marker], { execArgv: ['-r', '@swc-node/register'], stdio: 'pipe' });
  let output = '';
  const append = (chunk: Buffer) => (output += chunk.toString());
  child.stdout?.on('data', append);
  child.stderr?.on('data', append);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  // What it said last comes after its end, at times.
  const said = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'));
  const exit = Promise.all([ended, ...said]).then(([end]) => end);
  await until(() => output.split('started').length === 3);
  return { child, marker, output: () => output, exit };
}

describe('stop signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends the children first, then the process as usual',
    async (signal) => {
      const program = await startProgram('bare');
      expect(livingProcesses(program.marker).length).toBeGreaterThanOrEqual(3);
      program.child.kill(signal);
      expect(await program.exit).toEqual({ code: null, signal });
      expect(livingProcesses(program.marker)).toEqual([]);
    },
  );

  it('leaves the end to a run, and is idempotent', async () => {
    const program = await startProgram('run');
    program.child.kill('SIGINT');
    // Signals that wait together are delivered in no order that can be told: the shell that hears them is ended by the first. A count would not do: shells fork.
    await until(() => livingProcesses(`wait\0${program.marker}`).length === 0);
    for (let i = 0; i < 3; i++) program.child.kill('SIGTERM');
    expect(await program.exit).toEqual({ code: 7, signal: null });
    expect(program.output()).toContain(
      'ended cancelled cancelled HephyError: the run was given up: it was stopped by SIGINT',
    );
    expect(livingProcesses(program.marker)).toEqual([]);
  });

  it('takes a lost parent for a stop', async () => {
    const program = await startProgram('run');
    program.child.disconnect();
    expect(await program.exit).toEqual({ code: 7, signal: null });
    expect(program.output()).toContain('the process that started it is gone');
    expect(livingProcesses(program.marker)).toEqual([]);
  });

  it('leaves nothing behind when it is killed', async () => {
    const program = await startProgram('run');
    program.child.kill('SIGKILL');
    expect(await program.exit).toEqual({ code: null, signal: 'SIGKILL' });
    await until(() => livingProcesses(program.marker).length === 0);
  });

  it('leaves nothing behind when somebody calls process.exit', async () => {
    const program = await startProgram('exit');
    program.child.stdin?.write('now\n');
    expect(await program.exit).toEqual({ code: 3, signal: null });
    await until(() => livingProcesses(program.marker).length === 0);
  });
});
