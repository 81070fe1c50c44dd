import type { Image } from '../../config/build-config';
import { formatPlatform } from '../../oci/platform';
import { isLaterThan } from '../../plan/index-order';
import { movesTags } from '../../plan/run-facts';
import type { Published } from '../published';
import type { RunContext } from '../run-context';
import { readTrustedLast } from '../trusted-last';

export interface Unpublished {
  readonly image: Image;
  /** What its own job has not come to the end of. */
  readonly why: string;
}

/**
 * Of images that other jobs publish, one that is not published as it was looked up: its platforms are certified, each for itself, before its `verify` target runs, and where another of
 * them failed. Only of those that have such a target, or that this pipeline builds. undefined: there is none.
 */
export async function findUnpublished(context: RunContext, images: readonly Image[]): Promise<Unpublished | undefined> {
  const { facts, catalog } = context;
  if (!movesTags(facts)) return undefined;
  for (const image of images) {
    const verifies = catalog.verifyTarget(image) !== undefined;
    // While it is held, nothing newer gets its tags.
    if (image.config.hold !== undefined || !(verifies || isBuilt(context, image))) continue;
    const own = await context.last(image.name);
    if (!isPublished(context, image, own) && !isPublished(context, image, await readTrustedLast(context, image.name))) {
      return { image, why: verifies ? 'its verify target has not passed' : 'its own jobs have not done that' };
    }
  }
  return undefined;
}

/** By jobs that nobody has to start. */
function isBuilt({ handed }: RunContext, { name, project, config }: Image): boolean {
  const given = handed?.given?.[project] ?? {};
  return !config.manualBuild && config.platforms.some((one) => Object.hasOwn(given, `${name} ${formatPlatform(one)}`));
}

/** What a later pipeline has published takes the place of what this one did. */
function isPublished({ facts, results }: RunContext, image: Image, last: Published | undefined): boolean {
  if (last === undefined) return false;
  if (isLaterThan(last, facts.started, Date.now())) return true;
  const children = new Set<string>(last.index.manifests.map(({ digest }) => digest));
  return image.config.platforms.every((platform) => {
    const digest = results.build(image.name, platform)?.digest;
    return digest === undefined || children.has(digest);
  });
}
