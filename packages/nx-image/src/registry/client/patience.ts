import { setTimeout as delay } from 'node:timers/promises';

/** How long one request may take, in milliseconds. */
export interface Patience {
  /** Until a connection stands, TLS and the proxy's tunnel included. */
  readonly connect: number;
  /** Without a byte. */
  readonly idle: number;
  /** Until one answer is whole; of a streamed blob, until it begins. */
  readonly answer: number;
  /** All tries and the waits between them; of a streamed blob, to its end. */
  readonly total: number;
  /** Without an answer, until that is said. */
  readonly note: number;
}

/** `small`: manifests, tags, tokens, questions whether something is there. `blob`: a config. `stream`: a layer. */
export type RequestClass = 'small' | 'blob' | 'stream';

const MINUTE = 60_000;

const COMMON = { connect: 10_000, idle: 30_000, answer: MINUTE, note: 10_000 };

const PATIENCE: Readonly<Record<RequestClass, Patience>> = {
  small: { ...COMMON, total: 3 * MINUTE },
  blob: { ...COMMON, answer: 3 * MINUTE, total: 6 * MINUTE },
  stream: { ...COMMON, total: 60 * MINUTE },
};

export function patienceOf(requestClass: RequestClass, changes: Partial<Patience> = {}): Patience {
  return { ...PATIENCE[requestClass], ...changes };
}

/** What waits between two tries go by. */
export interface Clock {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Rejects with the signal's reason. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};
