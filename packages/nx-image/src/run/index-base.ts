import type { Image } from '../config/build-config';
import { finalBase } from '../dockerfile/final-base';
import type { Digest } from '../oci/digest';
import { formatReference, formatRepository, parseReference } from '../oci/reference';
import { shortOf } from '../plan/description';
import type { IndexBase } from '../plan/plan-index';
import type { ManifestResult } from '../report/result';
import { additionalTag } from '../plan/tags';
import { readFor } from './read-for-platform';
import type { Built, Prepared } from './require-results';
import type { RunContext } from './run-context';

/**
 * What the stage that is built is FROM in the end, for `org.opencontainers.image.base.*`: followed through stages, as the first platform has it.
 * undefined: FROM scratch.
 * @param builds of the image, all of its platforms
 */
export function findIndexBase(
  context: RunContext,
  image: Image,
  prepared: Prepared,
  builds: readonly Built[],
): IndexBase | undefined {
  const platform = image.config.platforms[0];
  if (platform === undefined) return undefined;
  const dockerfile = readFor(context.facts, image, prepared.dockerfile, platform);
  const use = finalBase(dockerfile);
  const own = use?.own;
  const parent = own === undefined ? undefined : context.catalog.ownerOf(image, own);
  if (parent !== undefined && own !== undefined) {
    const name = `${formatRepository(context.facts.repository)}:${additionalTag(context.facts, parent.name, own.slice(parent.name.length + 1))}`;
    return { name, digest: indexOf(context.results.manifest(parent.name), own, builds) };
  }
  const reference = parseReference(use?.reference ?? '');
  if (reference === undefined) return undefined;
  const base = prepared.bases.find((one) => one.reference === use?.reference);
  return { name: formatReference(reference), digest: base?.digest as Digest | undefined };
}

/** undefined: what they are FROM is in no index. Side by side with another pipeline, it may be what this one has built of the same inputs. */
function indexOf(parent: ManifestResult | undefined, own: string, builds: readonly Built[]): Digest | undefined {
  const known = new Set(parent?.platforms.map(({ digest }) => shortOf(digest as Digest)));
  const bases = builds.flatMap(({ inputs }) => inputs.bases.filter(({ name }) => name === own));
  return bases.every(({ child }) => known.has(child)) ? (parent?.digest as Digest | undefined) : undefined;
}
