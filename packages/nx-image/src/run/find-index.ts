import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import { formatPlatform } from '../oci/platform';
import { isNewer } from '../plan/index-order';
import { isMadeOf } from '../plan/index-source';
import { indexKey, type IndexChild, type IndexSource, type PlatformChild } from '../plan/plan-index';
import { asOwn, readPublished, type Published } from './published';
import { findCertified } from './find-certified';
import type { RunContext } from './run-context';
import type { Survey } from './survey-tags';

export interface FoundIndex {
  /** undefined: it has to be made. */
  readonly index: Published | undefined;
  /** What certifies it, or is to. */
  readonly key: string;
}

/**
 * The index over exactly these children, made of this, that the image's tags may name: the newest, where that is it and a version of the image, which needs no further request. Where the content
 * went back to that of an earlier one, that is found only by a late run: for others a new index takes its place, so that no tag moves back.
 * @throws HephyError INDEX_WRONG
 */
export async function findIndex(
  context: RunContext,
  image: Image,
  children: readonly IndexChild[],
  source: IndexSource,
  { newest, held }: Pick<Survey, 'newest' | 'held'>,
  late: boolean,
): Promise<FoundIndex> {
  const key = indexKey(image.name, children, context.facts, source);
  if (newest?.version !== undefined && hasChildren(newest, children) && isMadeOf(newest, source)) {
    const index = newest.rollback === undefined ? newest : held && (await findCopied(context, image, newest, children));
    if (index !== undefined) return { index, key };
  }
  const found = await findByKey(context, key, children);
  const goesBack = found !== undefined && newest !== undefined && !late && isNewer(newest, found, Date.now());
  if (!goesBack) return { index: found, key };
  const after = indexKey(image.name, children, context.facts, source, newest.digest);
  return { index: await findByKey(context, after, children), key: after };
}

/** By the `in-` tag of the key. @throws HephyError INDEX_WRONG where it names anything else */
export async function findByKey(
  context: RunContext,
  key: string,
  children: readonly PlatformChild[],
): Promise<Published | undefined> {
  const raw = await findCertified(context, key, (found, tag) => {
    const index = readPublished(found);
    if (index !== undefined && hasChildren(index, children)) return undefined;
    return new HephyError('INDEX_WRONG', `${tag} is to name the index of these platforms, and names ${found.digest}`, {
      hint: 'Somebody else wrote that tag. Delete it in the registry, and the index is made anew.',
    });
  });
  return raw === undefined ? undefined : readPublished(raw);
}

/** What the mark of a rollback is a copy of: while the image is held, nothing new is to be published for it. */
async function findCopied(
  { registry, facts }: RunContext,
  image: Image,
  mark: Published,
  children: readonly IndexChild[],
): Promise<Published | undefined> {
  const digest = mark.rollback?.from.digest;
  const raw = digest === undefined ? undefined : await registry.getManifest({ ...facts.repository, digest });
  const copied = raw === undefined ? undefined : readPublished(raw);
  if (copied === undefined || asOwn(copied, facts, image.name).version === undefined) return undefined;
  return hasChildren(copied, children) ? copied : undefined;
}

function hasChildren({ index }: Published, children: readonly PlatformChild[]): boolean {
  const text = ({ digest, platform }: Pick<PlatformChild, 'digest'> & Partial<PlatformChild>): string =>
    `${digest} ${platform ? formatPlatform(platform) : ''}`;
  return index.manifests.map(text).join() === children.map(text).join();
}
