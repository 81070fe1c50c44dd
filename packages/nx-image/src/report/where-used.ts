/** What stands on something: data for `--json`, and for `whereUsedText`. */
export interface WhereUsed {
  readonly version: 1;
  readonly asked: string;
  /** What that was taken for. */
  readonly subject: Subject;
  /** Whether only those were looked at that `last-{image}` names. */
  readonly current: boolean;
  /** By image, the newest version first. */
  readonly uses: readonly Use[];
  /** How many versions were read. */
  readonly read: number;
  /** Versions that do not say what they, or some of their platforms, are made of; and each `last-{image}` that names no index. */
  readonly silent: readonly string[];
  /** Versions FROM an image of this repository that no version has any more: what that stood on is not known. */
  readonly lost: readonly string[];
}

export type Subject =
  /** An image of elsewhere: `docker.io/library/alpine:3.22`; without a tag, whatever its tag. */
  | { readonly kind: 'base'; readonly name: string; readonly near?: string }
  /** The first hex digits of an index or of one platform's manifest. */
  | { readonly kind: 'digest'; readonly name: string }
  /** An image of this repository, one of its tags, or one of its versions. */
  | { readonly kind: 'image' | 'tag' | 'version'; readonly name: string };

/** One version that stands on it, in one way. */
export interface Use {
  readonly image: string;
  readonly version: string;
  readonly digest: string;
  /** Whether `last-{image}` names it. */
  readonly current: boolean;
  readonly platforms: readonly string[];
  /** From the image itself down to what was asked for. */
  readonly path: readonly PathStep[];
}

export interface PathStep {
  /** An image of this repository, or a base in full. */
  readonly name: string;
  /** Which version, of an image of this repository. */
  readonly version?: string;
  /** What it named, as far as it was written down: the first hex digits. */
  readonly digest?: string;
}
