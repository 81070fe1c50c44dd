import type { Image } from '../config/build-config';
import { finalBase } from '../dockerfile/final-base';
import type { Digest } from '../oci/digest';
import { formatReference, formatRepository, parseReference } from '../oci/reference';
import type { IndexBase } from '../plan/plan-index';
import { additionalTag } from '../plan/tags';
import { readFor } from './read-for-platform';
import type { Prepared } from './require-results';
import type { RunContext } from './run-context';

/**
 * What the stage that is built is FROM in the end, for `org.opencontainers.image.base.*`: followed through stages, as the first platform has it.
 * undefined: FROM scratch.
 */
export function findIndexBase(context: RunContext, image: Image, prepared: Prepared): IndexBase | undefined {
  const platform = image.config.platforms[0];
  if (platform === undefined) return undefined;
  const dockerfile = readFor(context.facts, image, prepared.dockerfile, platform);
  const use = finalBase(dockerfile);
  const own = use?.own;
  const parent = own === undefined ? undefined : context.catalog.ownerOf(image, own);
  if (parent !== undefined && own !== undefined) {
    const name = `${formatRepository(context.facts.repository)}:${additionalTag(context.facts, parent.name, own.slice(parent.name.length + 1))}`;
    return { name, digest: context.results.manifest(parent.name)?.digest as Digest | undefined };
  }
  const reference = parseReference(use?.reference ?? '');
  if (reference === undefined) return undefined;
  const base = prepared.bases.find((one) => one.reference === use?.reference);
  return { name: formatReference(reference), digest: base?.digest as Digest | undefined };
}
