import type { Digest } from '../../oci/digest';
import { formatPlatform } from '../../oci/platform';
import { isTag } from '../../oci/reference';
import { isDescribed, type Description } from '../../plan/description';
import { imageOfLastTag, imageOfVersionTag } from '../../plan/read-tag';
import { readPublished, type Published } from '../published';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';

/** A version as the repository has it. */
export interface PublishedVersion {
  readonly image: string;
  /** The version tag. */
  readonly version: string;
  readonly digest: Digest;
  /** Whether `last-{image}` names it, or says that it was rolled back to. */
  readonly current: boolean;
  /** When the run began that made it; '' where it does not say. */
  readonly created: string;
  readonly children: readonly { readonly platform: string; readonly digest: Digest }[];
  readonly description: Description | undefined;
}

export interface ReadVersions {
  readonly versions: readonly PublishedVersion[];
  /** How many tags that was. */
  readonly read: number;
  /** Version tags of what is no index, or says not (or not of all platforms) what it is made of; and `last-{image}` where it names no index. */
  readonly silent: readonly string[];
}

export interface ReadVersionsInput {
  /** Only what `last-{image}` names. */
  readonly current: boolean;
  readonly onProgress: (done: number, all: number) => void;
}

const REQUESTS_AT_ONCE = 16;

/**
 * The versions of all images that the repository has, those of images whose directory is gone too: the list of tags, then one GET each. Tags of merge
 * requests are none of what is published.
 */
export async function readVersions(
  { registry, facts, signal }: Pick<RunContext, 'registry' | 'facts' | 'signal'>,
  { current, onProgress }: ReadVersionsInput,
): Promise<ReadVersions> {
  const tags = (await registry.listTags(facts.repository)) ?? [];
  const places = new Semaphore(REQUESTS_AT_ONCE);
  const last = tags.filter((tag) => imageOfLastTag(tag) !== undefined);
  const named = current ? [] : tags.filter((tag) => imageOfVersionTag(tag) !== undefined);
  let done = 0;
  const read = (tag: string): Promise<Published | undefined> =>
    places.within(async () => {
      const raw = await registry.getManifest({ ...facts.repository, tag });
      done += 1;
      onProgress(done, last.length + named.length);
      return raw === undefined ? undefined : readPublished(raw);
    }, signal);
  const heads = await Promise.all(last.map(async (tag) => ({ tag, one: await read(tag) })));
  const currents = heads.flatMap(({ tag, one }) => (one === undefined ? [] : [{ tag, one }]));
  // After a rollback it marks where that went to; itself it is no version.
  const digests = new Set(currents.map(({ one: { digest, rollback } }) => rollback?.to.digest ?? digest));
  const versions = new Map<string, PublishedVersion>();
  const silent = heads.flatMap(({ tag, one }) => (one === undefined ? [tag] : []));
  const take = (tag: string, published: Published | undefined): void => {
    const version = published && versionOf(tag, published, digests);
    if (version !== undefined) versions.set(tag, version);
    if (version === undefined || !isTelling(version)) silent.push(tag);
  };
  for (const { tag, one } of current ? currents : []) {
    if (one.rollback === undefined) take(one.version ?? tag, one);
    else if (isTag(one.rollback.to.version)) named.push(one.rollback.to.version);
  }
  await Promise.all(
    named.map(async (tag) => {
      take(tag, await read(tag));
    }),
  );
  return {
    versions: [...versions.values()].sort(byImageAndAge),
    read: current ? heads.length : named.length,
    silent: silent.sort(),
  };
}

/** The tag says which version it is; what the index says of itself may have been written by anybody. */
function versionOf(tag: string, published: Published, current: ReadonlySet<Digest>): PublishedVersion | undefined {
  const title: unknown = published.index.annotations?.['org.opencontainers.image.title'];
  const image = typeof title === 'string' && tag.startsWith(`${title}-`) ? title : imageOfVersionTag(tag);
  if (image === undefined) return undefined;
  return {
    ...{ image, version: tag, digest: published.digest, current: current.has(published.digest) },
    created: published.created ?? '',
    children: published.index.manifests.flatMap(({ platform, digest }) =>
      platform === undefined ? [] : [{ platform: formatPlatform(platform), digest }],
    ),
    description: published.description,
  };
}

function isTelling({ description, children }: PublishedVersion): boolean {
  return children.every(({ platform }) => isDescribed(description?.platforms[platform]));
}

function byImageAndAge(a: PublishedVersion, b: PublishedVersion): number {
  if (a.image !== b.image) return a.image < b.image ? -1 : 1;
  if (a.created !== b.created) return a.created > b.created ? -1 : 1;
  return a.version < b.version ? 1 : -1;
}
