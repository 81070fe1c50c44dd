/** What is started. Never a shell string. */
export interface ProcessSpec {
  /** Absolute path, or a name that PATH finds. */
  readonly file: string;
  readonly arguments: readonly string[];
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  /** Each line of stdout and stderr, without its line end, as it comes. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Keep stdout as bytes for the caller (default true); off for builders, whose output goes to onLine. */
  readonly capture?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Ends the process group: SIGTERM, then SIGKILL after two seconds. */
  readonly signal?: AbortSignal;
}

/** Absent, failed, cancelled and timed out are four different answers. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string }
  | { readonly kind: 'signalled'; readonly signal: string; readonly stderr: string }
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed out'; readonly after: number };

/** The one door: see `run-process.ts`. Never rejects for how a process ended. */
export type RunProcess = (spec: ProcessSpec) => Promise<ProcessEnd>;
