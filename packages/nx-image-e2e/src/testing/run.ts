import { spawn } from 'node:child_process';

export interface Run {
  readonly code: number;
  /** stdout and stderr as they came, without colours. */
  readonly output: string;
}

export type Env = Readonly<Record<string, string>>;

/** Nothing of the machine's environment that hephy, Nx or git would act on. */
export const CLEAN_ENV: Env = {
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: process.env.HOME ?? '/root',
  LANG: 'C.UTF-8',
  NX_DAEMON: 'false',
  // Nx starts a process for each plugin to make a graph: two thirds of the time that a command takes.
  NX_ISOLATE_PLUGINS: 'false',
  NX_TUI: 'false',
  NO_COLOR: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'e2e',
  GIT_AUTHOR_EMAIL: 'e2e@example.com',
  GIT_COMMITTER_NAME: 'e2e',
  GIT_COMMITTER_EMAIL: 'e2e@example.com',
};

/** Nx as it comes. */
export const PLUGINS_APART: Env = { NX_ISOLATE_PLUGINS: 'true' };

/** Runs a program to its end, however that is. */
export function run(cwd: string, file: string, parameters: readonly string[], env: Env = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, { cwd, env: { ...CLEAN_ENV, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      // eslint-disable-next-line no-control-regex -- colours begin with a control character
      resolve({ code: code ?? 128, output: `${output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')}${signal ?? ''}` });
    });
  });
}

/** As `run`, for what must succeed. */
export async function must(cwd: string, file: string, parameters: readonly string[], env: Env = {}): Promise<string> {
  return succeed(run(cwd, file, parameters, env));
}

/** Its output; where it failed, an error that shows it. */
export async function succeed(running: Promise<Run>): Promise<string> {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`ended with ${code}:\n${output}`);
  return output;
}
