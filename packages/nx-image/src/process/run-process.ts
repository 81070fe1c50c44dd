import { setMaxListeners } from 'node:events';
import { statSync } from 'node:fs';
import { HephyError } from '../errors/hephy-error';
import { ChildOutput } from './child-output';
import type { ProcessEnd, ProcessSpec, RunProcess } from './process';
import { endGroup } from './process-group';
import { guardProcessGroup } from './process-guard';
import { enterProcess } from './running-processes';
import { startChild, type Child, type ChildEnd } from './start-child';
import { holdStopSignals, isBeingStopped } from './stop-signals';

/** What nx, a terminal and a shell end processes by. */
const STOPPED_BY: ReadonlySet<string | undefined> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL']);

/** setTimeout takes no more, and would fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export const runProcess: RunProcess = async (spec) => {
  if (spec.signal?.aborted === true) return { kind: 'cancelled' };
  // One signal for all children of a run is no leak.
  if (spec.signal !== undefined) setMaxListeners(0, spec.signal);
  const release = holdStopSignals();
  try {
    const child = startChild(spec);
    return child.pid === undefined ? notStarted(spec, await child.end) : await follow(spec, child, child.pid);
  } finally {
    release();
  }
};

/** From the start of a child to the end of all that it started and left behind. */
async function follow(spec: ProcessSpec, child: Child, group: number): Promise<ProcessEnd> {
  let stopped: ProcessEnd | undefined;
  let ending: Promise<void> | undefined;
  let exited = false;
  const stop = (end: ProcessEnd | undefined): void => {
    if (exited) return;
    stopped ??= end;
    ending ??= endGroup(group);
    // `finished` is told.
    ending.catch(() => undefined);
  };
  const output = new ChildOutput(spec, child, () => {
    stop(undefined);
  });
  const finished = (async () => {
    await child.exited;
    exited = true;
    await ending;
    // What outlives its parent and holds on to its output is an orphan; what let go of it (git's credential cache, an ssh master) is a service of the user's.
    if (!(await output.drain())) await endGroup(group);
    output.close();
    const end = await child.end;
    if (end.signal !== undefined && ending === undefined) await endGroup(group);
    return end;
  })();
  const leave = enterProcess(group, async () => {
    stop({ kind: 'cancelled' });
    await finished;
  });
  // What holds on to its input is told by its end.
  const unguard = spec.stdin instanceof Promise ? undefined : guardProcessGroup(group);
  const cancel = (): void => {
    stop({ kind: 'cancelled' });
  };
  const { timeout } = spec;
  const expire = (): void => {
    stop({ kind: 'timed out', after: timeout ?? 0 });
  };
  const timer = timeout === undefined ? undefined : setTimeout(expire, Math.min(timeout, LONGEST_TIMEOUT));
  spec.signal?.addEventListener('abort', cancel, { once: true });
  try {
    const end = await finished;
    output.rethrow();
    if (stopped !== undefined) return stopped;
    if (STOPPED_BY.has(end.signal) && (await isBeingStopped())) return { kind: 'cancelled' };
    return endOf(end, output);
  } finally {
    clearTimeout(timer);
    spec.signal?.removeEventListener('abort', cancel);
    leave();
    unguard?.();
  }
}

function endOf(end: ChildEnd, output: ChildOutput): ProcessEnd {
  const stderr = output.stderr();
  if (end.error !== undefined) throw end.error;
  if (end.signal !== undefined) return { kind: 'signalled', signal: end.signal, stderr };
  if (end.exitCode === undefined) throw new Error('a process ended with neither an exit code nor a signal');
  return { kind: 'exited', exitCode: end.exitCode, stdout: output.stdout(), stderr };
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  EACCES: 'it is no program that this user may execute',
  EPERM: 'the system does not permit it',
  ENOEXEC: 'it is not a program of this machine’s architecture, or none at all',
  ENOENT: 'the interpreter or loader that it names is not there',
  ENOTDIR: 'a part of its path is no directory',
  ELOOP: 'its path is a circle of symbolic links',
};

function notStarted(spec: ProcessSpec, { error }: ChildEnd): ProcessEnd {
  const code = error?.code;
  if (error === undefined || code === undefined) throw error ?? new Error(`${spec.file} was not started`);
  if (spec.cwd !== undefined && !isThere(spec.cwd)) {
    throw new Error(`${spec.file} was to be started in ${spec.cwd}, which is not there`, { cause: error });
  }
  if (code === 'ENOENT' && !(spec.file.includes('/') && isThere(spec.file))) return { kind: 'absent', file: spec.file };
  const reason = REASONS[code];
  if (reason === undefined) throw error;
  throw new HephyError('TOOL_UNUSABLE', `${spec.file} cannot be started: ${reason} (${code})`, {
    hint: 'Look at the file’s mode, its first line and its architecture (`file`), or name another one.',
    cause: error,
  });
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
