/** Cases of a file of tests, each of which is worked on once. */
export interface Ahead<Case, Result> {
  /** What became of a case. Starts it, where nobody has, and those behind it. */
  resultOf(one: Case): Promise<Result>;
  /** When nothing of what was started goes on: also what no test asked for in the end. */
  settled(): Promise<void>;
}

/**
 * Tests of a file run one after the other; what they wait for may run side by side.
 * @param width How many at once.
 */
export function startAhead<Case, Result>(
  cases: readonly Case[],
  width: number,
  start: (one: Case) => Promise<Result>,
): Ahead<Case, Result> {
  const started = new Map<Case, Promise<Result>>();
  const startOnce = (one: Case): Promise<Result> => {
    const work = started.get(one) ?? start(one);
    // Its own test sees why.
    work.catch(() => undefined);
    started.set(one, work);
    return work;
  };
  return {
    resultOf: (one) => {
      const index = cases.indexOf(one);
      for (const next of cases.slice(index, index + width)) void startOnce(next);
      return startOnce(one);
    },
    settled: async () => {
      await Promise.allSettled(started.values());
    },
  };
}
