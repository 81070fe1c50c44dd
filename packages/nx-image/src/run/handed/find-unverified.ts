import type { Image } from '../../config/build-config';
import { isLaterThan } from '../../plan/index-order';
import { movesTags } from '../../plan/run-facts';
import type { Published } from '../published';
import type { RunContext } from '../run-context';
import { readTrustedLast } from '../trusted-last';

/**
 * Of images that other jobs publish, one that has to pass a `verify` target of its own first and is not published as it was looked up: its platforms are certified before that target runs.
 * undefined: there is none.
 */
export async function findUnverified(context: RunContext, images: readonly Image[]): Promise<Image | undefined> {
  const { facts, catalog } = context;
  if (!movesTags(facts)) return undefined;
  for (const image of images) {
    // While it is held, nothing newer gets its tags.
    if (catalog.verifyTarget(image) === undefined || image.config.hold !== undefined) continue;
    const own = await context.last(image.name);
    if (!isPublished(context, image, own) && !isPublished(context, image, await readTrustedLast(context, image.name))) {
      return image;
    }
  }
  return undefined;
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
