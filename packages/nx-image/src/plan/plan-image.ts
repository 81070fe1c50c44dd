import { builderOf } from '../builders/builders';
import type { BuildPaths, Invocation } from '../builders/builder';
import type { Image } from '../config/build-config';
import { formatRepository } from '../oci/reference';
import { planPublicTags, type PublicTag } from './plan-index';
import type { PlatformPlan } from './plan-platform';
import { movesTags, type RunFacts } from './run-facts';
import { versionTag, writableInputTag } from './tags';

/** All that a run would do for an image: what `hephy plan` prints and a run does. */
export interface ImagePlan {
  readonly image: string;
  readonly root: string;
  /** `registry/path`. */
  readonly repository: string;
  readonly platforms: readonly PlannedBuild[];
  /** The first choice: taken by another index, the next is tried. */
  readonly versionTag: string;
  readonly publicTags: readonly PublicTag[];
  /** Whether this run would write public tags. */
  readonly publish: boolean;
}

export interface PlannedBuild extends PlatformPlan {
  /** The builder's processes, one after the other; not started where the registry has the input tag. */
  readonly invocations: readonly Invocation[];
  /** `in-<64 hex>`; undefined while a base or the source is not known. */
  readonly inputTag: string | undefined;
}

/** @param pathsOf where things lie as the builder of a platform sees them */
export function planImage(
  image: Image,
  facts: RunFacts,
  platforms: readonly PlatformPlan[],
  pathsOf: (plan: PlatformPlan) => BuildPaths,
): ImagePlan {
  return {
    image: image.name,
    root: image.root,
    repository: formatRepository(facts.repository),
    platforms: platforms.map((plan) => ({
      ...plan,
      invocations: builderOf(plan.builder).invocations({ ...plan.step, paths: pathsOf(plan) }),
      inputTag: plan.inputKey === undefined ? undefined : writableInputTag(facts, plan.inputKey),
    })),
    versionTag: versionTag(facts, image.name),
    publicTags: planPublicTags(image, facts),
    publish: movesTags(facts),
  };
}
