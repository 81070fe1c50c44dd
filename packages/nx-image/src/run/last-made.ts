import type { Image } from '../config/build-config';
import { formatPlatform, type Platform } from '../oci/platform';
import type { Description } from '../plan/description';
import type { RunContext } from './run-context';
import { readTrustedLast } from './trusted-last';

/** What the last version says of a platform: the one that trusted runs published, by which untrusted ones go, too. undefined: it says nothing. */
export async function lastMade(
  context: RunContext,
  image: Image,
  platform: Platform,
): Promise<Description['platforms'][string] | undefined> {
  const last = await readTrustedLast(context, image.name);
  return last?.description?.platforms[formatPlatform(platform)];
}
