import type { PendingBase } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import type { Digest } from '../../oci/digest';
import type { ResultError } from '../../report/result';
import type { CompletePlan } from '../plan-build';
import type { Published } from '../published';
import type { Prepared } from '../require-results';

/** How a platform of an image stands. */
export type Standing =
  /** The registry has what its inputs make. */
  | { readonly kind: 'there'; readonly inputKey: string; readonly digest: Digest }
  /** Its inputs are those of the version published last; the registry was not asked for more. */
  | { readonly kind: 'as last'; readonly inputKey: string }
  | {
      readonly kind: 'build';
      readonly plan: CompletePlan;
      /** As it is built: with downloads in it, unless jobs are left to copy them. */
      readonly dockerfile: string;
      readonly pending: readonly PendingBase[];
      /** Although the registry may have it. */
      readonly anew: boolean;
    };

export interface LookedAt {
  readonly image: Image;
  /** undefined: it could not be prepared. */
  readonly prepared: Prepared | undefined;
  /** Names of the images of this repository that it is FROM. */
  readonly parents: readonly string[];
  /** As last published, as far as this run may compare with that. */
  readonly last: Published | undefined;
  /** Whether all its platforms were made of these inputs, in that version. */
  readonly asLast: boolean;
  readonly failed: ResultError | undefined;
}

export interface LookerInput {
  /** Whether the pipeline is about the image itself, and not only about those FROM it. */
  readonly isChosen: (image: Image) => Promise<boolean>;
  /** Images of this pipeline are pushed, so that others can be FROM them. */
  readonly push: boolean;
  /** Absolute paths that are mounts in the jobs where Kaniko builds. */
  readonly closedPaths: readonly string[];
  /** Jobs plan their builds again, and copy what `ADD --checksum` downloads: the planner writes nothing to the registry. */
  readonly leavesDownloads: boolean;
  /** Why a directory's `context` target failed; undefined: it did not, or has none. */
  readonly contextFailure: (root: string) => ResultError | undefined;
}
