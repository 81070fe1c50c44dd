import type { Answer } from './exchange';
import { describeNetworkError, isConnectionLost } from './network-error';
import type { Clock } from './patience';

const MAX_RETRIES = 3;
/** Nobody waits longer than this at once; a registry that asks for more is told of instead. */
export const MAX_WAIT = 60_000;
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

export interface Retrying {
  /** For notes. */
  readonly what: string;
  readonly clock: Clock;
  /** Milliseconds for all tries and waits. */
  readonly total: number;
  /** Tries after the first; without it, three. */
  readonly retries?: number;
  readonly signal: AbortSignal | undefined;
  readonly onNote: ((note: string) => void) | undefined;
  /** Whether a refusal may be gone in a moment. */
  readonly passing?: (answer: Answer) => boolean;
  /** Whether a request that changes something, and whose answer was lost, has done so all the same. */
  readonly settled?: () => Promise<Answer | undefined>;
}

/**
 * Asks again, three times at most, where the registry is busy or the connection was lost, and says so each time. For idempotent requests. `left` is how
 * many milliseconds all tries still have.
 */
export async function withRetries(ask: (left: number) => Promise<Answer>, retrying: Retrying): Promise<Answer> {
  const { what, clock, total, retries = MAX_RETRIES, signal, onNote, settled, passing } = retrying;
  const deadline = clock.now() + total;
  let uncertain = false;
  for (let retry = 1; ; retry++) {
    const end = await tryOnce(() => ask(Math.max(1, deadline - clock.now())), signal, passing);
    if (!end.transient && end.answer !== undefined && end.answer.status < 400) return end.answer;
    if (!end.transient && !uncertain) return giveUp(end);
    uncertain ||= end.uncertain;
    if (uncertain && settled !== undefined) {
      const answer = await settled();
      if (answer !== undefined) {
        onNote?.(`${what}: ${end.reason}; but it has arrived`);
        return answer;
      }
    }
    const wait = end.wait ?? backoff(retry);
    if (!end.transient || retry > retries || wait > MAX_WAIT || clock.now() + wait >= deadline) return giveUp(end);
    onNote?.(`${what}: ${end.reason}; retry ${retry} of ${retries} in ${inSeconds(wait)}`);
    await clock.sleep(wait, signal);
  }
}

interface Try {
  readonly reason: string;
  /** Worth another try. */
  readonly transient: boolean;
  /** The registry may have done what it was asked. */
  readonly uncertain: boolean;
  /** What the registry asks to wait. */
  readonly wait: number | undefined;
  readonly answer?: Answer;
  readonly error?: unknown;
}

async function tryOnce(
  ask: () => Promise<Answer>,
  signal: AbortSignal | undefined,
  passing: Retrying['passing'],
): Promise<Try> {
  try {
    const answer = await ask();
    return {
      reason: `HTTP ${answer.status}`,
      transient: TRANSIENT.has(answer.status) || passing?.(answer) === true,
      uncertain: answer.status >= 500 || answer.status === 408,
      wait: retryAfter(answer.headers['retry-after'], Date.now()),
      answer,
    };
  } catch (error) {
    signal?.throwIfAborted();
    const lost = isConnectionLost(error);
    return { reason: describeNetworkError(error), transient: lost, uncertain: lost, wait: undefined, error };
  }
}

function giveUp({ answer, error }: Try): Answer {
  if (answer === undefined) throw error;
  return answer;
}

/** 0.2, 0.8, 3.2 s, give or take a quarter, so that many clients do not come back at once. */
function backoff(retry: number): number {
  return 200 * 4 ** (retry - 1) * (0.75 + Math.random() / 2);
}

/** Milliseconds that Retry-After asks for, seconds or a date; undefined where it says nothing. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : /[a-z]/i.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
