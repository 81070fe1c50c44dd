import type { Image } from '../config/build-config';
import type { Digest } from '../oci/digest';
import { indexSource } from '../plan/index-source';
import type { IndexChild, IndexSource } from '../plan/plan-index';
import type { ManifestResult } from '../report/result';
import { requireBuilt, type Built } from './require-results';
import type { RunContext } from './run-context';

/** Of which the index of an image is made; each in the config's order. */
export interface IndexParts {
  readonly builds: readonly Built[];
  readonly children: readonly IndexChild[];
  readonly source: IndexSource;
}

/** @throws HephyError RESULT_MISSING where a platform of the image was not built or reused in this run */
export function requireChildren(context: RunContext, image: Image): IndexParts {
  const platforms = image.config.platforms.map((platform) => ({
    platform,
    built: requireBuilt(context, image, platform),
  }));
  const builds = platforms.map(({ built }) => built);
  const children = platforms.map(({ platform, built: { manifest, digest } }): IndexChild => {
    return { platform, mediaType: manifest.mediaType, digest: digest as Digest, size: manifest.size };
  });
  return { builds, children, source: indexSource(builds, context.results.prepare(image.project)?.upstream) };
}

export function platformsOf(builds: readonly Built[]): ManifestResult['platforms'] {
  return builds.map(({ platform, digest, size }) => ({ platform, digest, size: size ?? 0 }));
}
