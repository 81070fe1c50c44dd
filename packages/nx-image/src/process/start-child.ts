import type * as Execa from 'execa' with { 'resolution-mode': 'import' };
import type { Readable } from 'node:stream';
import type { ProcessSpec } from './process';

/** How a child ended as the system has it; `error` where it never began. */
export interface ChildEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly error: (NodeJS.ErrnoException & { readonly shortMessage?: string }) | undefined;
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

/** Loaded by the first process that is started: it costs 70 ms. An ES module: Node's `require` loads it, `import()` would not under jest. */
function loadExeca(): typeof Execa {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('execa') as typeof Execa;
}

/**
 * Starts a child as the leader of a process group of its own (`detached`): what it starts can be ended with it, and Ctrl-C in a terminal reaches us
 * alone. Ending it is `endGroup`'s: execa's own timeout and cancelling signal the leader only.
 */
export function startChild(spec: ProcessSpec): Child {
  const { execa } = loadExeca();
  const child = execa(spec.file, spec.arguments, {
    env: spec.env,
    extendEnv: false,
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.stdin === undefined ? { stdin: 'ignore' } : { input: spec.stdin }),
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stripFinalNewline: false,
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const end = child.then((result): ChildEnd => {
    const { exitCode, signal } = result;
    const began = child.pid !== undefined;
    return { exitCode, signal, error: began ? undefined : (result as unknown as NodeJS.ErrnoException) };
  });
  return { pid: child.pid, stdout: child.stdout, stderr: child.stderr, exited, end };
}
