import { spawn } from 'node:child_process';
import { CLEAN_ENV, type Env, type Run } from './run';

export interface Running {
  /** Its own, and that of the process group in which it and all that it starts in the foreground are: what Ctrl-C reaches. */
  readonly pid: number;
  readonly ended: Promise<Run>;
  /** Where it has not ended; what it started notices. */
  kill(): void;
}

/** Starts a program as a shell starts a job. */
export function start(cwd: string, file: string, parameters: readonly string[], env: Env): Running {
  const child = spawn(file, parameters, {
    cwd,
    env: { ...CLEAN_ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid === undefined) throw new Error(`${file} was not started`);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<Run>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code: code ?? 128, output: `${output}${signal ?? ''}` });
    });
  });
  return { pid: child.pid, ended, kill: () => child.kill('SIGKILL') };
}
