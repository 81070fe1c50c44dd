import { HephyError } from '../../errors/hephy-error';
import type { BuildResult, PrepareResult } from '../../report/result';
import type { PlatformSource } from '../platform-source';

/** No job of this one's is to build it. */
export const NOT_THERE: PlatformSource = {
  choose: (builder) =>
    Promise.resolve({
      builder,
      notes: [],
      make: () => {
        throw new HephyError('JOB_MISSING', 'it is not in the registry');
      },
    }),
};

export function isMissing({ error }: BuildResult): boolean {
  return error?.code === 'JOB_MISSING';
}

/** Of an image that is built by hand: no failure. */
export function notStarted({ version, step, run, image, platform, started, seconds }: BuildResult): BuildResult {
  const head = { version, step, run, image, platform, started, seconds };
  const reason = 'its jobs are started by hand (manual_build), and nobody has';
  return { ...head, outcome: 'skipped', reason, tags: [], notes: [] };
}

/** Of an image that another job publishes: no row of this one's table tells what is wrong. */
export function whyNotThere(cause: BuildResult | PrepareResult): string {
  const what = cause.step === 'build' ? `${cause.image} ${cause.platform}` : cause.image;
  return cause.error?.code === 'JOB_MISSING'
    ? `${what} is not in the registry: its own jobs have not published it`
    : `${what} cannot be looked up: ${cause.error?.message ?? cause.outcome}`;
}
