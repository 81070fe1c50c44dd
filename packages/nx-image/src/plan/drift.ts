import type { Image } from '../config/build-config';
import type { Digest } from '../oci/digest';
import type { ImageIndex } from '../oci/manifest';
import type { Description } from './description';
import type { MovedTag, PublishedUpstream } from './published-upstream';
import type { Change } from './reason';

/** Why something could not be found out: one line. */
export interface Unknown {
  /** Of the error that was the answer. */
  readonly code?: string;
  readonly message: string;
}

/** What the registry has of an image. */
export type LastPublished =
  | {
      readonly kind: 'published';
      readonly version: string | undefined;
      readonly index: ImageIndex;
      /** undefined: it has none that can be read. */
      readonly description: Description | undefined;
      readonly upstream: PublishedUpstream | undefined;
    }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown'; readonly why: Unknown };

/** An image, and what it was when it was published last. */
export interface DriftSubject {
  readonly image: Image;
  readonly last: LastPublished;
}

/** What the tag of a base names now. */
export type BaseNow =
  | {
      readonly kind: 'there';
      readonly digest: Digest;
      /** Where it moved and is an index. */
      readonly index?: ImageIndex | undefined;
    }
  | { readonly kind: 'unknown'; readonly why: Unknown };

/** The commit that a ref of an upstream names now. */
export type RefNow =
  { readonly kind: 'there'; readonly commit: string } | { readonly kind: 'unknown'; readonly why: Unknown };

/** All that was asked of the world. */
export interface DriftAnswers {
  /** By name, in full with the tag. */
  readonly bases: ReadonlyMap<string, BaseNow>;
  readonly refOf: (repo: string, ref: string) => RefNow | undefined;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** What moved under an image since it was published. */
export interface ImageDrift {
  readonly image: string;
  /** Its directory. */
  readonly root: string;
  /** The version published last. */
  readonly version?: string | undefined;
  /** Whether it was never published: then there is nothing that could have moved. */
  readonly published: boolean;
  readonly changes: readonly Change[];
  /** Images of this repository that it is FROM, and that moved. */
  readonly parents: readonly string[];
  /** A tag of its upstream that moved, and may not: it is not built. */
  readonly tag?: (MovedTag & { readonly repo: string }) | undefined;
  /** What could not be found out: where there is any of it, nobody knows whether more moved. */
  readonly unknown: readonly Unknown[];
}

/** All that was found out. */
export interface Drifts {
  /** The images that were asked about. */
  readonly asked: readonly ImageDrift[];
  /** Those that one of `asked` is FROM, and that were not asked about. */
  readonly parents: readonly ImageDrift[];
}

/** Whether something moved that makes it to be built anew. */
export function hasDrifted({ changes, parents }: Pick<ImageDrift, 'changes' | 'parents'>): boolean {
  return changes.length > 0 || parents.length > 0;
}
