import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './exchange';
import { describeNetworkError, isConnectionLost } from './network-error';

const MAX_RETRIES = 3;
/** Nobody waits longer than this at once, whatever Retry-After says. */
const MAX_DELAY = 30_000;
const TRANSIENT = new Set([429, 502, 503, 504]);

/** Asks again, three times at most, where the registry is busy or the connection was lost. For idempotent requests. */
export async function withRetries(
  ask: () => Promise<Answer>,
  {
    what,
    signal,
    onNote,
  }: { what: string; signal: AbortSignal | undefined; onNote: ((note: string) => void) | undefined },
): Promise<Answer> {
  for (let retry = 1; ; retry++) {
    let reason: string;
    let delay = backoff(retry);
    try {
      const answer = await ask();
      if (!TRANSIENT.has(answer.status) || retry > MAX_RETRIES) return answer;
      reason = `HTTP ${answer.status}`;
      delay = retryAfter(answer.headers['retry-after'], Date.now()) ?? delay;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isConnectionLost(error) || retry > MAX_RETRIES) throw error;
      reason = describeNetworkError(error);
    }
    onNote?.(`${what}: ${reason}; retry ${retry} of ${MAX_RETRIES} in ${Math.round(delay)} ms`);
    await sleep(delay, undefined, { ...(signal === undefined ? {} : { signal }) });
  }
}

/** 0.2, 0.8, 3.2 s, give or take a quarter, so that many clients do not come back at once. */
function backoff(retry: number): number {
  return 200 * 4 ** (retry - 1) * (0.75 + Math.random() / 2);
}

/** Milliseconds that Retry-After asks for, seconds or a date, capped; undefined where it says nothing. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_DELAY);
}
