import type { BuildStep } from '../builders/builder';
import type { BuilderName } from '../config/build-config';
import type { Digest } from '../oci/digest';
import type { Platform } from '../oci/platform';
import type { ResultError } from '../report/result';
import type { HandedPlan } from './handed-plan';

/** What a pipeline has to do, as data: the renderers make jobs of it, and decide nothing about images. */
export interface PipelinePlan {
  /** What later jobs must not find out again, for they might find something else. */
  readonly handed: HandedPlan;
  /** `registry/path` of all its images. */
  readonly repository: string;
  /** With what the commit was compared, or why it was not: one line. */
  readonly why: string;
  /** Parents first. Only those with something to do; empty: nothing is to be done. */
  readonly images: readonly PlannedImage[];
  /** How many images were looked at and have nothing to do. */
  readonly upToDate: number;
  /** How many cannot be built, and nobody has touched them: notes say why. */
  readonly broken: number;
  /** How many are built by hand, are not in the registry, and were not asked for. */
  readonly byHand: number;
  /** Lines for people that are no errors. */
  readonly notes: readonly string[];
}

export interface PlannedImage {
  readonly image: string;
  /** Of Nx; its directory may hold several images. */
  readonly project: string;
  readonly root: string;
  /** Built only when somebody starts its jobs: `manual_build`, or FROM such an image that is not there. */
  readonly manual: boolean;
  /** Names of images in this plan that it is FROM or copies from. */
  readonly parents: readonly string[];
  /** Projects (`PrepareResult.image`) of the image and of all that it is FROM, at any depth, in this plan or not: its key is found with what was prepared of these. */
  readonly lineage: readonly string[];
  /** undefined where nothing is built. */
  readonly context: PlannedContext | undefined;
  /** What is not in the registry. Without one, there is only the index to publish. */
  readonly builds: readonly PlannedBuild[];
  /** It cannot be built, and why: its job says so and fails, others go on. `builds` is empty then. */
  readonly failed: ResultError | undefined;
}

/** Where a build job has its context from. `fingerprint`: see `contextFingerprint`; 64 hex. Of `.git`, at any depth, and of `.hephy` at the root of the checkout a job takes nothing. */
export type PlannedContext =
  | {
      readonly kind: 'checkout';
      /** From the root of the checkout, `.` for itself. */
      readonly directory: string;
      /** Files and directories, from `directory`, that are in the checkout and not in the context. */
      readonly remove: readonly string[];
      readonly fingerprint: string;
    }
  | {
      readonly kind: 'prepared';
      /** What needs one job: images of the same source have the same. */
      readonly source:
        | { readonly kind: 'upstream'; readonly repo: string; readonly commit: string }
        | { readonly kind: 'target'; readonly project: string };
      /** undefined: of an upstream, whose bytes the planner has not seen. Then it is what the prepare job left, `.hephy/contexts/<project>.fingerprint`. */
      readonly fingerprint: string | undefined;
    };

export interface PlannedBuild {
  readonly platform: Platform;
  readonly builder: BuilderName;
  /** As `planPlatform` has it; `paths` are the job's. */
  readonly step: Omit<BuildStep, 'paths'>;
  /** Pinned. Where a base is built in this pipeline, a stand-in is its digest. */
  readonly dockerfile: string;
  readonly pending: readonly PendingBase[];
  /** Milliseconds that the builder may take. */
  readonly timeout: number | undefined;
  /** Whether it runs programs of `platform`: then the machine must be of its architecture, or emulate it. */
  readonly runs: boolean;
}

/** A base that another job of this pipeline leaves: the hex of `standIn` is replaced by that of the digest in its `digest` file. */
export interface PendingBase {
  readonly standIn: Digest;
  readonly image: string;
  readonly platform: Platform;
}
