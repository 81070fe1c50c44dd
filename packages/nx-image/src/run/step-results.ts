import { HephyError, HephyErrors } from '../errors/hephy-error';
import { noSpace } from '../errors/no-space';
import { formatLocation } from '../errors/format-location';
import { toResultError } from '../report/error-text';
import type { Outcome, ResultError } from '../report/result';

/** Seconds spent, by what on. */
export class Stopwatch {
  private readonly begun = performance.now();
  private readonly spent: Record<string, number> = {};

  async time<T>(what: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.add(what, start);
    }
  }

  /** Adds what has passed since `start`, of `performance.now`. */
  add(what: string, start: number): void {
    this.spent[what] = (this.spent[what] ?? 0) + (performance.now() - start) / 1000;
  }

  seconds(): Record<string, number> {
    const all = { ...this.spent, total: (performance.now() - this.begun) / 1000 };
    return Object.fromEntries(Object.entries(all).map(([what, seconds]) => [what, Math.round(seconds * 1000) / 1000]));
  }
}

export interface Failure {
  readonly outcome: Extract<Outcome, 'failed' | 'cancelled' | 'timed out'>;
  readonly error: ResultError;
}

/** Code of what is no user's mistake. */
export const BUG = 'BUG';

/** What a step's result says of an exception. A bug keeps its stack: it is for us. */
export function failureOf(thrown: unknown, aborted: boolean): Failure {
  const error = thrown instanceof HephyErrors ? thrown.errors[0] : (noSpace(thrown) ?? thrown);
  if (error instanceof HephyError) {
    const all = thrown instanceof HephyErrors ? thrown.errors : [error];
    return {
      outcome:
        error.code === 'BUILD_TIMED_OUT' ? 'timed out' : error.code === 'BUILD_CANCELLED' ? 'cancelled' : 'failed',
      error: { ...toResultError(error), message: all.map(messageOf).join('\n') },
    };
  }
  if (aborted) return { outcome: 'cancelled', error: { code: 'BUILD_CANCELLED', message: 'stopped', output: [] } };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { outcome: 'failed', error: { code: BUG, message: 'this is a bug in hephy', output: text.split('\n') } };
}

/** Of several errors of one file the first has the place; the others say theirs. */
function messageOf(error: HephyError, index: number): string {
  return index === 0 || error.where === undefined ? error.message : `${formatLocation(error.where)}: ${error.message}`;
}
