import type { BuildStep } from '../builders/builder';
import type { BuildConfig } from '../config/build-config';
import { archName, type Platform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { beginOf, periodOf } from './period';
import type { RunFacts } from './run-facts';

type CacheOfStep = Pick<BuildStep, 'cacheRepository' | 'cacheReadOnly' | 'cacheMaxAge'>;

/** Where layers are cached, and how old those may be that are taken: a layer from before the period would make the image that is over. */
export function planLayerCache(config: BuildConfig, platform: Platform, facts: RunFacts): CacheOfStep {
  if (!config.cache) return {};
  const { maxAge } = config;
  return {
    // The layer-cache key of Kaniko omits the platform: one repository per architecture.
    cacheRepository: `${formatRepository(facts.repository)}/cache-${archName(platform)}`,
    cacheReadOnly: facts.scope !== undefined,
    ...(maxAge === undefined
      ? {}
      : { cacheMaxAge: Date.parse(facts.started) - beginOf(periodOf(facts.started, maxAge)) }),
  };
}

/** What is asked to be built anew is not made of cached layers. They are written all the same: the next build is not to have the old ones. */
export function withoutOldLayers<S extends CacheOfStep>(step: S): S {
  return { ...step, cacheMaxAge: 0 };
}
