import { HephyError, HephyErrors } from '../errors/hephy-error';
import { noSpace } from '../errors/no-space';
import { formatLocation } from '../errors/format-location';
import { toResultError } from '../report/error-text';
import type { BuildResult, Outcome, Phase, ResultError } from '../report/result';

/** One stretch of time that goes on. */
export interface Stretch {
  /** From now on it is another; nothing where it is the same. */
  readonly become: (what: string) => void;
  readonly end: () => void;
}

interface Span {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/** What the time of a step is spent on. */
export class Stopwatch {
  private readonly begun = performance.now();
  private readonly spans: Span[] = [];

  async time<T>(what: string, work: () => Promise<T>): Promise<T> {
    const stretch = this.begin(what);
    try {
      return await work();
    } finally {
      stretch.end();
    }
  }

  begin(first: string): Stretch {
    let what = first;
    let from = performance.now();
    const end = (): void => {
      this.spans.push({ what, from, to: performance.now() });
    };
    return {
      become: (next) => {
        if (next === what) return;
        end();
        what = next;
        from = performance.now();
      },
      end,
    };
  }

  /** The sums by what they were spent on, `total`, and the stretches in order, but for those below a millisecond. */
  read(): { readonly seconds: Record<string, number>; readonly phases: Phase[] } {
    const sums: Record<string, number> = {};
    for (const { what, from, to } of this.spans) sums[what] = (sums[what] ?? 0) + (to - from);
    const total = performance.now() - this.begun;
    return {
      seconds: Object.fromEntries(Object.entries({ ...sums, total }).map(([what, spent]) => [what, toSeconds(spent)])),
      phases: [...this.spans]
        .sort((a, b) => a.from - b.from)
        .map(({ what, from, to }) => ({ what, at: toSeconds(from - this.begun), seconds: toSeconds(to - from) }))
        .filter(({ seconds }) => seconds > 0),
    };
  }
}

type Times = Pick<BuildResult, 'started' | 'seconds' | 'phases'>;

/** Of a step in two parts, the second of which begun at `begun` (milliseconds of the epoch); in between it waited. */
export function continueTimes(
  { started, seconds, phases = [] }: Times,
  begun: number,
  then: Pick<Times, 'seconds' | 'phases'>,
): Pick<BuildResult, 'seconds' | 'phases'> {
  const ended = seconds.total ?? 0;
  const at = Math.max(ended, toSeconds(begun - Date.parse(started)));
  const waited = at - ended;
  const sums: Record<string, number> = { ...seconds, wait: (seconds.wait ?? 0) + waited, total: at };
  for (const [what, spent] of Object.entries(then.seconds)) sums[what] = (sums[what] ?? 0) + spent;
  if (sums.wait === 0) delete sums.wait;
  return {
    seconds: Object.fromEntries(Object.entries(sums).map(([what, spent]) => [what, toSeconds(spent * 1000)])),
    phases: [
      ...phases,
      ...(waited > 0 ? [{ what: 'wait', at: ended, seconds: toSeconds(waited * 1000) }] : []),
      ...(then.phases ?? []).map((phase) => ({ ...phase, at: toSeconds((at + phase.at) * 1000) })),
    ],
  };
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
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
