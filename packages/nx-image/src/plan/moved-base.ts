import type { Digest } from '../oci/digest';
import { findChild, servingPlatforms } from '../oci/find-child';
import type { ImageIndex } from '../oci/manifest';
import { formatPlatform, parsePlatform, samePlatform, type Platform } from '../oci/platform';
import { shortOf, type BaseDescription } from './description';
import { wholeParent } from './whole-parent';

/**
 * Whether a build for the platform would be FROM something else now.
 * @param now what the name names, and its index where it is one
 */
export function hasBaseMoved(
  base: BaseDescription,
  platform: string,
  now: { readonly digest: Digest; readonly index?: ImageIndex | undefined },
): boolean {
  if (shortOf(now.digest) === base.index) return false;
  // It counts as a whole: the machine that builds chooses the child.
  if (base.identity !== undefined) return base.identity !== shortOf(now.digest);
  if (now.index === undefined) return shortOf(now.digest) !== base.child;
  return !isStillChosen(base.child, platform, now.index);
}

/**
 * Whether a build for the platform would be FROM another child of an image of this repository.
 * @param now the index of the parent
 */
export function hasParentMoved(base: BaseDescription, platform: string, now: ImageIndex): boolean {
  if (base.identity === undefined) return !isStillChosen(base.child, platform, now);
  const children = now.manifests.flatMap(({ platform: of, digest }) =>
    of === undefined ? [] : [{ platform: formatPlatform(of), digest }],
  );
  return base.identity !== shortOf(wholeParent(children));
}

/** A stage can be FROM the child of one platform, whatever is built: a child that is there for another platform is that. */
function isStillChosen(child: string, text: string, index: ImageIndex): boolean {
  const platform = parsePlatform(text);
  const chosen = platform === undefined ? undefined : findChild(index, platform);
  if (chosen !== undefined && shortOf(chosen.digest) === child) return true;
  return index.manifests.some(
    (other) =>
      shortOf(other.digest) === child &&
      other.platform !== undefined &&
      (platform === undefined || !serves(platform, other.platform)),
  );
}

function serves(wanted: Platform, platform: Platform): boolean {
  return servingPlatforms(wanted).some((one) => samePlatform(one, platform));
}
