import type { Digest } from '../oci/digest';
import type { Platform } from '../oci/platform';

/** An image as its registry has it, for one platform. */
export interface PinnedImage {
  /** In full, tag included. */
  readonly reference: string;
  readonly index: Digest | undefined;
  readonly digest: Digest;
}

/** What a base is pinned to. What is not known yet is a hole of a kind of its own. */
export type Pin =
  | {
      readonly kind: 'digest';
      /** As resolved, tag included, for people. */
      readonly reference: string;
      /** `registry/path`. */
      readonly repository: string;
      /** The child for the platform: what the Dockerfile is pinned to. */
      readonly digest: Digest;
      /** What it counts as in the input key: the child, or the index where the build platform chooses the child. */
      readonly identity: Digest;
      /** What the reference names in its registry: the index, where there is one. undefined: an image of this repository, whose index is yet to be made. */
      readonly index: Digest | undefined;
      /** Images that the base's ONBUILD names. */
      readonly onBuild: readonly PinnedImage[];
      /** Names of the args that the base's ONBUILD declares. */
      readonly onBuildArgs: readonly string[];
    }
  /** The digest that another image's build of this run leaves. */
  | { readonly kind: 'pending'; readonly image: string; readonly platform: Platform }
  /** To be asked of a registry. */
  | { readonly kind: 'unresolved'; readonly reference: string; readonly platform: Platform };
