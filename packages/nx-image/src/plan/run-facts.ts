import type { Digest } from '../oci/digest';
import type { Repository } from '../oci/reference';

/** What is decided once per run and shared by all its tasks. Everything that a plan knows of the world. */
export interface RunFacts {
  /** Lower-case hex, new for every run: `push-<id>-<arch>`. */
  readonly id: string;
  /** When the run (in CI the pipeline) began, ISO 8601 UTC. */
  readonly started: string;
  /** 40 hex; undefined without a commit. */
  readonly commit: string | undefined;
  /** 6 hex; undefined: clean. */
  readonly dirty: string | undefined;
  /** URL of origin without credentials. */
  readonly origin: string | undefined;
  /** The repository that holds all images. */
  readonly repository: Repository;
  /** Whether it is this workspace's local registry. */
  readonly local: boolean;
  /** Whether public tags may move. */
  readonly publish: boolean;
  /** `mr<n>`: the prefix of all that an untrusted run may write; undefined: trusted. */
  readonly scope: string | undefined;
  /** `host[:port][/prefix]` that answers for docker.io. */
  readonly mirror: string | undefined;
  readonly insecure: readonly string[];
  /** In a pipeline the architecture of the machine that builds, by that which it builds for; missing: that of this machine. */
  readonly machines?: Readonly<Record<string, string>>;
  /** Values of the variables that configs name under `env`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether the run moves tags: public ones, or those of its scope. */
export function movesTags({ publish, scope }: Pick<RunFacts, 'publish' | 'scope'>): boolean {
  return publish || scope !== undefined;
}

/** A base as its registry has it, for one platform. */
export interface ResolvedBase {
  /** In full: `docker.io/library/alpine:3.22`. */
  readonly reference: string;
  /** What the tag names: the index, or the manifest where there is no index. */
  readonly digest: Digest;
  /** The child for the platform: what FROM is pinned to. */
  readonly child: Digest;
  /** Layers of the child, to know which ones a build added. */
  readonly layers: readonly Digest[];
  /** What ONBUILD of the base's config says. */
  readonly onBuild: readonly string[];
}
