import type { Builder, BuildOutcome, BuildPhase, BuildStep, Progress } from '../builders/builder';
import type { RunProcess } from '../process/process';
import type { ChosenRuntime } from '../tools/runtime';
import type { Tool } from '../tools/tool';

export interface BuilderRun {
  readonly builder: Builder;
  readonly tool: Tool;
  /** Needed by builders that need a root of their own. */
  readonly runtime: ChosenRuntime | undefined;
  readonly step: Omit<BuildStep, 'paths'>;
  /** The materialised context. */
  readonly context: string;
  /** Whether a RUN may write into a bind mount of the context. */
  readonly writesContext: boolean;
  /** The pinned text. */
  readonly dockerfile: string;
  /** In the format of docker's config.json, with `auths` only; undefined: anonymous. */
  readonly dockerConfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for all of it. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  readonly logFile: string;
  /** What must not be in the log. */
  readonly secrets: readonly string[];
  /** Where the build's private directory is made; it is on a disk with room. */
  readonly workDirectory: string;
  readonly runProcess: RunProcess;
  readonly onProgress: (progress: Progress) => void;
  /** What the time is spent on from now on; said again where it is the same. */
  readonly onPhase?: (phase: BuildPhase) => void;
  /** Milliseconds before each repetition when a registry is in trouble; without it, `REPETITIONS`. */
  readonly repetitions?: readonly number[];
}

/** `built`: pushed nowhere, as it was to be. */
type Outcome =
  | BuildOutcome
  | { readonly kind: 'built' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed out'; readonly after: number };

export interface BuilderRunEnd {
  readonly outcome: Outcome;
  /** The last lines of the log, at most 200. */
  readonly lines: readonly string[];
}
