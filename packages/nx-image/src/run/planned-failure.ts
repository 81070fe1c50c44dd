import type { Image } from '../config/build-config';
import { formatPlatform, type Platform } from '../oci/platform';
import type { BuildResult } from '../report/result';
import type { RunContext } from './run-context';

/** Of an image that has no jobs in the pipeline, because its planner found out why it cannot be built. undefined: it did not. */
export function plannedFailure(
  { handed, facts }: RunContext,
  image: Image,
  platform: Platform,
): BuildResult | undefined {
  const error = handed?.failed?.find((one) => one.image === image.name)?.error;
  if (error === undefined) return undefined;
  return {
    ...{ version: 1, step: 'build', run: facts.id, image: image.name, platform: formatPlatform(platform) },
    ...{ started: new Date().toISOString(), seconds: {}, tags: [], notes: [] },
    ...{ outcome: 'failed', reason: error.message, error },
  };
}
