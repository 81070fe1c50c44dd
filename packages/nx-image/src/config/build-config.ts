import type { Platform } from '../oci/platform';

/** What a tag of `additional_tags` is, after `{upstream_ref}` is expanded. The tag in the registry is `<image>-<name>`. */
export interface AdditionalTag {
  readonly name: string;
  /** Whether it follows the newest index. `latest` does; others when the config says so. */
  readonly moving: boolean;
}

export interface Upstream {
  readonly repo: string;
  /** A tag, a branch or a commit, as written. */
  readonly ref: string;
  /** Whether it is a tag that may name another commit tomorrow. */
  readonly moving?: boolean;
}

export type BuilderName = 'kaniko' | 'buildah';

/** A validated `build-config.yaml`; defaults applied, nothing looked up. */
export interface BuildConfig {
  readonly upstream?: Upstream;
  /** `local`: beside the config; `upstream`: in the source. Relative to the source's root either way. */
  readonly dockerfileFrom: 'local' | 'upstream';
  readonly dockerfilePath: string;
  readonly contextPath: string;
  /** undefined: the last stage. */
  readonly target?: string;
  /** In the order of the file, without ECR_REGISTRY, which hephy passes by itself. Values as written: `${NAME}` is expanded by the plan. */
  readonly buildArgs: readonly { readonly name: string; readonly value: string }[];
  /** Names of environment variables that build arg values may use. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly description?: string;
  /** At least one, no two the same. */
  readonly platforms: readonly Platform[];
  readonly additionalTags: readonly AdditionalTag[];
  /** Version tags at which the moving tags stay, each of another image of the directory. */
  readonly hold?: readonly string[];
  readonly builder: BuilderName;
  /** Milliseconds for one build. */
  readonly timeout?: number;
  /** Raised by the user to build everything anew. */
  readonly epoch: string;
  /** Milliseconds, whole hours: how old the image may grow. */
  readonly maxAge?: number;
  readonly reuse: boolean;
  readonly reproducible: boolean;
  readonly cache: boolean;
  /** Whether pipelines leave it to a job that somebody starts by hand. Nothing else depends on it. */
  readonly manualBuild: boolean;
  /** Other images of the same directory; a variant has none of its own. */
  readonly variants?: readonly Variant[];
}

/** An image that differs from its directory's in a few values. */
export interface Variant {
  readonly name: string;
  /** The directory's with what differs. */
  readonly config: BuildConfig;
}

/** What is built and tagged by itself: the image of a directory, or a variant of it. */
export interface Image {
  /** First part of each tag: the directory's name, of a variant `<directory>-<variant>`. */
  readonly name: string;
  /** The directory's name. What all its images share goes by it: `prepare` and its result. */
  readonly project: string;
  /** undefined: the directory's own image. */
  readonly variant?: string;
  /** Relative to the workspace root, `/` separated. */
  readonly root: string;
  /** The config's path, relative to the workspace root. */
  readonly configFile: string;
  readonly config: BuildConfig;
}
