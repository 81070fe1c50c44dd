/** `not known`: it could not be found out, which is neither good nor bad. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'not known';

/** What one check of `hephy doctor` found. */
export interface Finding {
  /** Of the check; stable: scripts match on it. */
  readonly check: string;
  readonly verdict: Verdict;
  /** One line. */
  readonly what: string;
  /** More, a line each. */
  readonly details?: readonly string[];
  /** How to mend it, a line or more. */
  readonly mend?: string;
  /** Code of the error that a run would end with. */
  readonly code?: string;
}
