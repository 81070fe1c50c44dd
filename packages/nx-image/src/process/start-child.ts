import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import type { ProcessSpec } from './process';

/** How a child ended as the system has it; `error` where it never began, or where its output could not be read. */
export interface ChildEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly error: NodeJS.ErrnoException | undefined;
}

export interface Child {
  /** Also its process group's; undefined: it was not started, `end` says why. */
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the child has exited, whatever still holds its output. */
  readonly exited: Promise<void>;
  /** Resolves when it has exited and its streams are closed. Never rejects. */
  readonly end: Promise<ChildEnd>;
}

/**
 * Starts a child as the leader of a process group of its own (`detached`): what it starts can be ended with it, and Ctrl-C in a terminal reaches us
 * alone. Ending it is `endGroup`'s. Node's own `spawn`: a library would take longer to load than git to answer.
 */
export function startChild(spec: ProcessSpec): Child {
  try {
    return follow(spec);
  } catch (error) {
    // Node throws for some reasons that a program cannot be started for, and tells of others by an event.
    const nothing = Readable.from([]);
    const end = Promise.resolve({ exitCode: undefined, signal: undefined, error: error as NodeJS.ErrnoException });
    return { pid: undefined, stdout: nothing, stderr: nothing, exited: Promise.resolve(), end };
  }
}

function follow(spec: ProcessSpec): Child {
  const options = { env: spec.env, detached: true, ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }) };
  const child = spawn(spec.file, spec.arguments, {
    ...options,
    stdio: [spec.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('a child was started without its output');
  let failure: NodeJS.ErrnoException | undefined;
  const fail = (error: NodeJS.ErrnoException): void => {
    failure ??= error;
  };
  stdout.on('error', fail);
  stderr.on('error', fail);
  // What does not read its input to the end says by its exit code whether that is wrong.
  stdin?.on('error', () => undefined);
  if (spec.stdin instanceof Promise) void spec.stdin.then((text) => stdin?.end(text));
  else stdin?.end(spec.stdin);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const end = new Promise<ChildEnd>((resolve) => {
    child.on('error', (error) => {
      fail(error);
      if (child.pid === undefined) resolve({ exitCode: undefined, signal: undefined, error });
    });
    child.once('close', (exitCode, signal) => {
      const began = child.pid !== undefined;
      resolve({ exitCode: began ? (exitCode ?? undefined) : undefined, signal: signal ?? undefined, error: failure });
    });
  });
  return { pid: child.pid, stdout, stderr, exited, end };
}
