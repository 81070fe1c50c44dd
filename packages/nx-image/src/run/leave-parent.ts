import type { Image } from '../config/build-config';
import type { Digest } from '../oci/digest';
import { formatPlatform, type Platform } from '../oci/platform';
import type { BuildResult } from '../report/result';
import type { RunContext } from './run-context';

/** For those FROM the image, where nothing is built and results are nobody else’s (see `memoryResults`): a result as if the registry had this platform. */
export function leaveParent({ facts, results }: RunContext, image: Image, platform: Platform, digest: Digest): void {
  const result: BuildResult = {
    ...{ version: 1, step: 'build', run: facts.id, image: image.name, platform: formatPlatform(platform) },
    ...{ started: facts.started, seconds: {}, outcome: 'reused', reason: '', tags: [], notes: [], digest },
  };
  results.write(result);
}
