/** What the runner reads of a workflow's YAML. */
export interface Workflow {
  readonly env?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly strategy?: { readonly matrix: unknown };
  readonly 'runs-on': unknown;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
}

export type Result = 'success' | 'failure' | 'skipped';

/** What became of a job of a matrix, or of one alone. */
export interface JobRun {
  readonly job: string;
  /** `runs-on`. */
  readonly runner: unknown;
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly result: Result;
  readonly output: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}
