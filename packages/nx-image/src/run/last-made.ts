import type { Image } from '../config/build-config';
import { formatPlatform, type Platform } from '../oci/platform';
import type { Description } from '../plan/description';
import { readLast } from './published';
import type { RunContext } from './run-context';

/** What the last version says of a platform: the one that trusted runs published, by which untrusted ones go, too. undefined: it says nothing. */
export async function lastMade(
  context: RunContext,
  image: Image,
  platform: Platform,
): Promise<Description['platforms'][string] | undefined> {
  const { facts, registry } = context;
  const last =
    facts.scope === undefined
      ? await context.last(image.name)
      : await readLast(registry, { repository: facts.repository, scope: undefined }, image.name);
  return last?.description?.platforms[formatPlatform(platform)];
}
