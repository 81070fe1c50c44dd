/** What is started. Never a shell string. */
export interface ProcessSpec {
  /** Absolute path, or a name that PATH finds. */
  readonly file: string;
  readonly arguments: readonly string[];
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A promise holds it open until it resolves: what reads it sees its end when this process is gone, however that came. */
  readonly stdin?: string | Uint8Array | Promise<string>;
  /** Each line of stdout and stderr, without its line end, as it comes; a line beyond 1 MiB in pieces. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Stdout as it comes, for what is too large to keep: nothing is captured then. A promise holds the child back until it resolves. */
  readonly onChunk?: (chunk: Uint8Array) => void | Promise<void>;
  /** Keep stdout as bytes for the caller (default true), at most 64 MiB: more is a plain error. Off for builders, whose output goes to onLine. */
  readonly capture?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Ends the process group: SIGTERM, then SIGKILL after two seconds. */
  readonly signal?: AbortSignal;
}

/** Absent, failed, cancelled and timed out are four different answers. Of stderr the last 64 KiB are kept. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly kind: 'signalled'; readonly signal: string; readonly stderr: string }
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed out'; readonly after: number };

/**
 * The one door: see `run-process.ts`. Never rejects for how a process ended. Rejects with HephyError TOOL_UNUSABLE for a file that is there and
 * cannot be started, with what a callback threw, and with a plain error for a caller's mistake.
 */
export type RunProcess = (spec: ProcessSpec) => Promise<ProcessEnd>;
