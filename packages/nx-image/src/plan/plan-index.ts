import type { Image } from '../config/build-config';
import { digestOf, hexOf, type Digest } from '../oci/digest';
import { MediaType, type Descriptor, type ImageIndex } from '../oci/manifest';
import { formatPlatform, normalPlatform, type Platform } from '../oci/platform';
import { canonicalJson } from './canonical-json';
import type { Description } from './description';
import { formatDescription } from './description-text';
import type { RunFacts } from './run-facts';
import { additionalTag } from './tags';

/** A platform's manifest as its build left it. */
export interface PlatformChild {
  readonly platform: Platform;
  readonly digest: Digest;
}

export interface IndexChild extends PlatformChild {
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly size: number;
}

/** The base of the stage that is built. */
export interface IndexBase {
  readonly name: string;
  readonly digest: Digest | undefined;
}

/**
 * What an index says of its children that they do not say themselves. A build that is reproducible makes the same children of other inputs: the index is then another, or it
 * would say for ever that it was made of what has since moved.
 */
export interface IndexSource {
  /** The input keys of the children, by platform. */
  readonly keys: Readonly<Record<string, string>>;
  /** Where a tag of an upstream named the commit. Not so for a branch: each of its commits that changes nothing would make an index. */
  readonly tag?: { readonly repo: string; readonly ref: string; readonly commit: string } | undefined;
}

export interface IndexFacts {
  readonly image: Image;
  readonly facts: RunFacts;
  readonly description: Description;
  readonly upstreamCommit: string | undefined;
  /** The ref in full that named the commit; undefined where the config has the commit. */
  readonly upstreamRef?: string | undefined;
  readonly base: IndexBase | undefined;
  /** When the run began, or a moment after what it has seen of the same moment: see `createdAfter`. */
  readonly created: string;
}

/** Annotations of our own. The first is a `Description`. */
export const INPUTS_ANNOTATION = 'dev.hephy.image.inputs';
export const UPSTREAM_ANNOTATION = 'dev.hephy.image.upstream';
export const UPSTREAM_REF_ANNOTATION = 'dev.hephy.image.upstream.ref';
export const CREATED_ANNOTATION = 'org.opencontainers.image.created';
export const REVISION_ANNOTATION = 'org.opencontainers.image.revision';
export const VERSION_ANNOTATION = 'org.opencontainers.image.version';

/** An address that means something elsewhere; a path of this machine does not. */
const URL_OF_OTHERS = /^(?:https?|ssh|git):\/\/|^[^/\s]+@[^/\s]+:/;

/**
 * 64 hex behind the `in-` tag of an index. Its children decide it, and beside them what its annotations say for good: the image's name, and its version,
 * whose class is that of the run: a publishing run's must not be that of a preview, and what an untrusted run tags must be under its own scope.
 * @param source what it says that they were made of
 * @param after what was published last, where the children are those of an earlier index: no tag moves back, so they get a new one
 */
export function indexKey(
  image: string,
  children: readonly PlatformChild[],
  { publish, scope }: Pick<RunFacts, 'publish' | 'scope'>,
  source: IndexSource,
  after?: Digest,
): string {
  const digests = children.map((child) => [formatPlatform(child.platform), child.digest]);
  return hexOf(digestOf(canonicalJson({ version: 2, image, children: digests, ...source, publish, scope, after })));
}

/** The index over exactly these children, in the config's order; `version` is the version tag that it will have. */
export function planIndex(children: readonly IndexChild[], annotations: Readonly<Record<string, string>>): ImageIndex {
  return {
    schemaVersion: 2,
    mediaType: MediaType.ociIndex,
    manifests: children.map(({ mediaType, digest, size, platform }): Descriptor => {
      return { mediaType, digest, size, platform: normalPlatform(platform) };
    }),
    annotations,
  };
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md, and our own. */
export function planAnnotations(input: IndexFacts, version: string): Readonly<Record<string, string>> {
  const { image, facts, base } = input;
  const upstream = image.config.upstream;
  const values: Record<string, string | undefined> = {
    'org.opencontainers.image.title': image.name,
    'org.opencontainers.image.description': image.config.description,
    'org.opencontainers.image.source':
      facts.origin !== undefined && URL_OF_OTHERS.test(facts.origin) ? facts.origin : undefined,
    [REVISION_ANNOTATION]:
      facts.commit === undefined || facts.dirty === undefined ? facts.commit : `${facts.commit}-dirty-${facts.dirty}`,
    [VERSION_ANNOTATION]: version,
    [CREATED_ANNOTATION]: input.created,
    'org.opencontainers.image.base.name': base?.name,
    'org.opencontainers.image.base.digest': base?.digest,
    [UPSTREAM_ANNOTATION]: upstream && input.upstreamCommit && `${upstream.repo}@${input.upstreamCommit}`,
    [UPSTREAM_REF_ANNOTATION]: upstream && input.upstreamRef,
    [INPUTS_ANNOTATION]: formatDescription(input.description),
  };
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** A public tag, and whether it follows the newest index. */
export interface PublicTag {
  readonly tag: string;
  readonly moving: boolean;
}

/** `{image}-{tag}` in the order in which they are written: fixed ones, moving ones, `latest` at the very end. */
export function planPublicTags(image: Image, facts: Pick<RunFacts, 'scope'>): readonly PublicTag[] {
  const rank = (tag: { readonly name: string; readonly moving: boolean }): number =>
    tag.name === 'latest' ? 2 : tag.moving ? 1 : 0;
  return [...image.config.additionalTags]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ name, moving }) => ({
      tag: additionalTag(facts, image.name, name),
      // All that an untrusted run writes is its own and moves.
      moving: moving || facts.scope !== undefined,
    }));
}
