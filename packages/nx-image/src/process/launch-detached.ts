import { spawnSync } from 'node:child_process';

/** What is started to outlive us. */
export interface DetachedSpec {
  /** Absolute. */
  readonly file: string;
  readonly arguments: readonly string[];
  /** The whole environment. It stands in an argv for a moment: no secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Both streams are appended here; made 0600. */
  readonly logFile: string;
}

/**
 * A process between us and the server starts it and ends. So the server is nobody's child here: whoever ends a process tree or group
 * (Nx does with its tasks) does not find it, and it holds none of our pipes, which Nx would wait for.
 */
const LAUNCHER = `
const spec = JSON.parse(process.argv[1]);
const log = require('node:fs').openSync(spec.logFile, 'a', 0o600);
const { file, arguments: args, env, cwd } = spec;
const child = require('node:child_process').spawn(file, args, { detached: true, stdio: ['ignore', log, log], env, cwd });
child.on('error', (error) => { console.error(error.message); process.exitCode = 1; });
if (child.pid !== undefined) process.stdout.write(String(child.pid));
child.unref();
`;

/** The one other place that starts a process. Returns its process id when it is started; what came of it is for the caller to ask. */
export function launchDetached(spec: DetachedSpec): number {
  const { error, status, stdout, stderr } = spawnSync(process.execPath, ['-e', LAUNCHER, JSON.stringify(spec)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${spec.file} was not started: ${stderr.trim()}`);
  return Number(stdout);
}
