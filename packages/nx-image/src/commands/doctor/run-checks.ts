import { setTimeout as sleep } from 'node:timers/promises';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import type { Finding } from '../../report/finding';
import { failedBy, type Check, type Found } from './check';
import type { Surroundings } from './surroundings';

/** Milliseconds for each check, waiting for others included. */
export const PATIENCE = 40_000;

/** All checks side by side, each bounded in time; findings in the order of the checks. Rejects for a bug, and where the run is stopped. */
export async function runChecks(
  checks: readonly Check[],
  surroundings: Surroundings,
  patience = PATIENCE,
): Promise<readonly Finding[]> {
  return Promise.all(
    checks.map(async ({ name, find }) => ({
      check: name,
      ...(await bounded(async () => find(surroundings), patience)),
    })),
  );
}

async function bounded(find: () => Promise<Found>, patience: number): Promise<Found> {
  const done = new AbortController();
  const late = async (): Promise<Found> => {
    await sleep(patience, undefined, { signal: done.signal });
    return { verdict: 'not known', what: `no answer within ${patience / 1000} s` };
  };
  try {
    return await Promise.race([find().catch(whyNot), late()]);
  } finally {
    done.abort();
  }
}

function whyNot(error: unknown): Found {
  const first = error instanceof HephyErrors ? error.errors[0] : error;
  if (first instanceof HephyError && first.code !== 'BUILD_CANCELLED') return failedBy(first);
  throw error;
}
