import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HephyError } from '../../errors/hephy-error';
import { ensureId, readState } from './identity';
import { isAlive } from './is-alive';
import { launchServer, logFileOf } from './launch-server';
import { ping } from './ping';
import { saysTaken } from './taken-port';

export const DEFAULT_PORT = 5000;
export const DEFAULT_IDLE_MINUTES = 15;

/** How many ports are tried, from the first on. */
const PORTS = 20;
/** Of a process that lives: a busy machine takes its time. */
const START_TIMEOUT = 60_000;

export interface EnsureOptions {
  /** Where the data lies: one registry for one directory. Absolute. */
  readonly directory: string;
  /** The first port to try. */
  readonly port?: number;
  readonly idleMinutes?: number;
  /** Ends the waiting, and the keeping alive. */
  readonly signal?: AbortSignal;
}

export interface LocalRegistry {
  /** `localhost:5000`. */
  readonly host: string;
  /** Whether it was not there before. */
  readonly started: boolean;
}

/**
 * The local registry of a directory: found where it answers, else started in the background. As long as this process lives and the signal is
 * not aborted, it is kept from ending idle: a build may say nothing to it for longer than that.
 */
export async function ensureLocalRegistry(options: EnsureOptions): Promise<LocalRegistry> {
  const { directory, port: first = DEFAULT_PORT, idleMinutes = DEFAULT_IDLE_MINUTES, signal } = options;
  const id = await ensureId(directory).catch((error: unknown) => {
    throw unusable(directory, error);
  });
  const answer = (port: number, started: boolean): LocalRegistry => {
    keepAlive(port, id, idleMinutes, signal);
    return { host: `localhost:${port}`, started };
  };

  const known = await readState(directory);
  if (known !== undefined && (await ping(known.port, id, signal)) === 'ours') return answer(known.port, false);

  for (let port = first; port < first + PORTS; port++) {
    const owner = await ping(port, id, signal);
    if (owner === 'ours') return answer(port, false);
    if (owner === 'other') continue;
    const pid = launch({ directory, port, idleMinutes });
    if (await waitForAnswer(port, id, pid, signal)) return answer(port, true);
    // Nobody has the port, and the server is not there either: another port will not help. A connection that goes out may have it, and answers nobody.
    if ((await ping(port, id, signal)) !== 'nobody') continue;
    const log = await readLog(directory);
    if (!log.some((line) => saysTaken(line, pid, port))) throw notStarted(directory, log);
  }
  throw new HephyError(
    'REGISTRY_LOCAL_FAILED',
    `the ports from ${first} to ${first + PORTS - 1}, where the local registry may be, are all taken`,
    { hint: 'End what listens there, or configure a registry.' },
  );
}

/** Whether the registry came to answer at the port, whoever started it. */
async function waitForAnswer(port: number, id: string, pid: number, signal: AbortSignal | undefined): Promise<boolean> {
  const until = Date.now() + START_TIMEOUT;
  for (let pause = 10; Date.now() < until; pause = Math.min(pause * 1.5, 100)) {
    const alive = isAlive(pid);
    const owner = await ping(port, id, signal);
    if (owner !== 'nobody' || !alive) return owner === 'ours';
    await sleep(pause, undefined, signal === undefined ? {} : { signal });
  }
  return false;
}

function launch(options: Parameters<typeof launchServer>[0]): number {
  try {
    return launchServer(options);
  } catch (error) {
    throw unusable(options.directory, error);
  }
}

function unusable(directory: string, cause: unknown): HephyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HephyError('REGISTRY_LOCAL_FAILED', `the local registry cannot use its directory ${directory}: ${why}`, {
    hint: 'Make it writable, or take it away: it is made anew.',
    cause,
  });
}

async function readLog(directory: string): Promise<readonly string[]> {
  return (await readFile(logFileOf(directory), 'utf8').catch(() => '')).trimEnd().split('\n');
}

function notStarted(directory: string, log: readonly string[]): HephyError {
  return new HephyError('REGISTRY_LOCAL_FAILED', 'the local registry does not start', {
    hint: `Its log says why; without its data (${directory}) it begins anew.`,
    output: log.slice(-10),
    log: logFileOf(directory),
  });
}

function keepAlive(port: number, id: string, idleMinutes: number, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) return;
  const timer = setInterval(
    () => {
      // Whoever uses it finds out for himself that it is gone.
      ping(port, id, signal).catch(() => undefined);
    },
    Math.max((idleMinutes * 60_000) / 3, 1),
  );
  timer.unref();
  signal?.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
    },
    { once: true },
  );
}
