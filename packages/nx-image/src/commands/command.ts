/** Where a command writes; what it writes is the report's. */
export interface Terminal {
  readonly color: boolean;
  readonly width: number;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** Answers the exit code. */
export type Command = (argv: readonly string[], terminal: Terminal) => Promise<number>;

/** Called wrongly: the usage is shown, and the exit code is 2. */
export class UsageError extends Error {}
