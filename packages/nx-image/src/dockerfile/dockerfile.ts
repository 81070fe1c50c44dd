import type { BuilderName } from '../config/build-config';
import type { Platform } from '../oci/platform';
import type { CopiedPlace } from './find-copied';
import type { Download } from './find-downloads';
import type { MountedPlace } from './find-mounted';
import type { Rewrite } from './rewrites';

/** A half-open range of UTF-16 offsets into the Dockerfile's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One use of an image that is not a stage: FROM, COPY --from, RUN --mount=from. */
export interface ImageUse {
  readonly instruction: 'FROM' | 'COPY' | 'ADD' | 'RUN';
  /** As written, variables unexpanded. */
  readonly written: string;
  /** Where `written` stands: what a pin replaces. */
  readonly range: Range;
  /** From 1. */
  readonly line: number;
  /** Which stage it stands in, from 0. */
  readonly stage: number;
  /** Expanded reference; undefined when it names an argument without a value. */
  readonly reference: string | undefined;
  /** `<image>-<tag>` where it is written `${ECR_REGISTRY}:<image>-<tag>`; undefined for other registries' images. */
  readonly own?: string;
  /** Whether `--platform=$BUILDPLATFORM`, or a fixed platform, chooses the child. `target`: the platform built for. */
  readonly platform:
    { readonly kind: 'target' } | { readonly kind: 'build' } | { readonly kind: 'fixed'; readonly platform: string };
  /** Where `--platform=…` stands, with it: what pinning blanks. */
  readonly platformFlag?: Range;
}

export interface Stage {
  readonly index: number;
  /** `AS name`, lower-cased. */
  readonly name?: string;
  /** The name as written: buildah compares stage names and `--target` case by case. */
  readonly writtenName?: string;
  readonly line: number;
  /** Whether the target needs it. What is not used is not resolved, not checked, not built. */
  readonly used: boolean;
  /** The stage it is FROM, `scratch`, or undefined where it is FROM an image. */
  readonly from: number | 'scratch' | undefined;
  /** Names of the args declared inside, in order, TARGETARCH and the like included. */
  readonly declaredArgs: readonly string[];
  /** Line of the first RUN carried out here, those in ONBUILD of the stage that it is FROM included. */
  readonly run?: number;
}

/** A stage referred to by variables or in other letters than its own: what pinning spells out, for builders resolve such names differently. */
export interface Alias {
  readonly range: Range;
  readonly name: string;
}

/** What a builder would get wrong in silence, and what to do. */
export interface Refusal {
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly hint: string;
}

/** A Dockerfile read for one set of args and one target platform. */
export interface Dockerfile {
  /** Workspace- or source-relative path, for messages. */
  readonly path: string;
  /** The text as read, byte order mark and line ends included. */
  readonly text: string;
  readonly stages: readonly Stage[];
  /** The stage that is built. */
  readonly target: number;
  /** Uses in used stages first to last, then those in unused ones: see `Stage.used`. */
  readonly uses: readonly ImageUse[];
  /** Of used stages, first to last. */
  readonly aliases: readonly Alias[];
  /** Of used stages, in the order of the file. */
  readonly rewrites: readonly Rewrite[];
  /** `ADD --checksum` of used stages, first to last. */
  readonly downloads: readonly Download[];
  /** Whether a RUN of a used stage may write into a bind mount of the context. */
  readonly writesContext: boolean;
  readonly refusals: readonly Refusal[];
  /** Where the builder would leave a link that Docker follows. */
  readonly copied: readonly CopiedPlace[];
  /** Where the builder would delete what the base has. */
  readonly mounted: readonly MountedPlace[];
  /** What the builder does otherwise than Docker, and is no reason not to build. */
  readonly notes: readonly Refusal[];
}

export interface ReadOptions {
  readonly path: string;
  readonly target?: string;
  /** Build args by name, expanded. */
  readonly args: ReadonlyMap<string, string>;
  /** What is built for; undefined in the graph, where TARGET* args stay unknown. */
  readonly platform?: Platform;
  readonly builder: BuilderName;
  /** Absolute paths that are mounts where it is built: what is written there is refused. */
  readonly closed?: readonly string[];
}
