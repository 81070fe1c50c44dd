import type { Image } from '../config/build-config';
import { isVersionTag } from '../plan/tags';
import type { ManifestResult } from '../report/result';
import { findIndex } from './find-index';
import { platformsOf, requireChildren } from './require-children';
import type { RunContext } from './run-context';
import { surveyLast } from './survey-tags';
import { takeStep } from './take-step';

/**
 * Of an image that the pipeline does not publish, and others are FROM: the index of what was built or reused of it, if the registry has one. Nothing is written. Never rejects: what went
 * wrong is in the result.
 */
export async function leaveIndex(context: RunContext, image: Image): Promise<ManifestResult> {
  return takeStep(
    context,
    image,
    'manifest',
    async (watch) => {
      const { builds, children, source } = requireChildren(context, image);
      const { index } = await watch.time('registry', async () =>
        findIndex(context, image, children, source, await surveyLast(context, image), true),
      );
      const version = index?.version;
      return {
        outcome: 'reused' as const,
        reason: 'not published: the pipeline has nothing to do for it but what is FROM it',
        ...(index === undefined ? {} : { digest: index.digest }),
        ...(version === undefined || !isVersionTag(context.facts, image.name, version) ? {} : { versionTag: version }),
        platforms: platformsOf(builds),
        tags: [],
        notes: [],
      };
    },
    ({ error }) => ({ reason: error.message, platforms: [], tags: [], notes: [] }),
  );
}
