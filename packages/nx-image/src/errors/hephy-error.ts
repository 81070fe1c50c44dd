import type { ErrorCode } from './codes';

/** A place in a file; lines and columns count from 1. */
export interface Location {
  /** Relative to the workspace root. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ErrorDetails {
  readonly where?: Location;
  /** What mends this cause: an imperative sentence or more, one a line. */
  readonly hint?: string;
  /** Last lines of a builder's output, oldest first, secrets already taken out. */
  readonly output?: readonly string[];
  /** Path of the whole log. */
  readonly log?: string;
  readonly cause?: unknown;
}

/**
 * What a user can cause and mend. Anything else that is thrown is a bug and keeps its stack.
 * `message` is what happened, one sentence without the code, the place and the hint: the report puts them together.
 */
export class HephyError extends Error {
  override readonly name = 'HephyError';
  readonly where: Location | undefined;
  readonly hint: string | undefined;
  readonly output: readonly string[];
  readonly log: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.where = details.where;
    this.hint = details.hint;
    this.output = details.output ?? [];
    this.log = details.log;
  }
}

/** Several problems found in one go, as of one file. */
export class HephyErrors extends Error {
  override readonly name = 'HephyErrors';
  constructor(readonly errors: readonly HephyError[]) {
    super(errors.map((error) => error.message).join('\n'));
  }
}
