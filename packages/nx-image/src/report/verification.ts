/** Whether what is published is there and right: data for `--json`, and for `verificationText`. */
export interface Verification {
  readonly version: 1;
  /** Whether blobs were read, and not only asked for. */
  readonly deep: boolean;
  readonly images: readonly VerifiedImage[];
  readonly findings: readonly VerifyFinding[];
  readonly checked: {
    readonly tags: number;
    readonly indexes: number;
    readonly manifests: number;
    readonly blobs: number;
  };
}

export interface VerifiedImage {
  readonly image: string;
  readonly published: boolean;
  /** The version that was published last. */
  readonly versionTag?: string;
  /** The version that moving tags are held at, or were rolled back to. */
  readonly heldAt?: string;
  /** Platforms of which the index does not say by which `in-` tag reuse finds them: whether that is right is not known. */
  readonly notKnown?: readonly string[];
}

export type VerifyProblem =
  /** A tag that nothing has. */
  | 'tag-missing'
  /** A tag that names something else of hephy's than it should. */
  | 'tag-elsewhere'
  /** A tag that names what hephy has not made of this image. */
  | 'tag-foreign'
  | 'manifest-missing'
  /** What the registry sends is no manifest of an image. */
  | 'manifest-wrong'
  /** The image's config is of another platform than the index says. */
  | 'platform-wrong'
  | 'blob-missing'
  /** What the registry sends is not what the digest says. */
  | 'blob-damaged'
  /** The registry has another number of bytes than the manifest says. */
  | 'size-wrong';

export interface VerifyFinding {
  readonly problem: VerifyProblem;
  readonly image: string;
  readonly platform?: string;
  /** The tag that is meant, or by which the manifest is reached. */
  readonly tag: string;
  /** Of what is missing or wrong: manifest or blob. */
  readonly digest?: string;
  /** Of a blob. */
  readonly blob?: 'config' | 'layer';
  /** Of a tag the digest, of a size the bytes, of a config the platform. */
  readonly expected?: string;
  readonly actual?: string;
  /** The version that a tag names instead. */
  readonly actualVersion?: string;
  /** What else there is to say, in the registry's words where it said something. */
  readonly message?: string;
  /** Other images and platforms that have the same blob or manifest. */
  readonly alsoIn: readonly string[];
  readonly mend: Mend;
}

/** What mends it. */
export interface Mend {
  /** `run`: a run that publishes. `rebuild`: one that builds anew. `delete`: nothing but to delete the tag, which is never overwritten, and then a run. `hold`: another version in the config. */
  readonly by: 'run' | 'rebuild' | 'delete' | 'hold';
  /** `web:manifest`, `kaniko:manifest--debug`. */
  readonly task: string;
}
