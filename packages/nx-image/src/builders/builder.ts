import type { BuilderName } from '../config/build-config';
import type { ErrorCode } from '../errors/codes';
import type { Digest } from '../oci/digest';
import type { Platform } from '../oci/platform';

/**
 * Where things lie as the builder sees them. The builder's own root holds them at paths that no image writes;
 * a builder without a root of its own sees the machine's paths.
 */
export interface BuildPaths {
  readonly context: string;
  /** The pinned Dockerfile. */
  readonly dockerfile: string;
  /** A file without lines: ignore rules are applied before a builder sees the context. */
  readonly ignorefile: string;
  /** Where the builder writes the digest it pushed. */
  readonly digestFile: string;
  /** Registry credentials, in the format of docker's config.json; its name is `config.json`. */
  readonly authFile: string;
  /** An empty directory that is the builder's own and goes with the build: layers, pulled bases, configuration. */
  readonly store: string;
}

/** One platform of one image, ready to be built. */
export interface BuildStep {
  readonly platform: Platform;
  readonly paths: BuildPaths;
  /** `registry/path:push-<run>-<arch>`, the only destination. */
  readonly destination: string;
  /** false: it is built and pushed nowhere, not even to the cache. What the digest file holds then says nothing. */
  readonly push?: boolean;
  readonly target?: string;
  /** Expanded. */
  readonly buildArgs: readonly { readonly name: string; readonly value: string }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly reproducible: boolean;
  /** Repository of the layer cache, one per architecture; undefined: no cache. */
  readonly cacheRepository?: string;
  /** The cache is read and not written: nobody trusted may find there what somebody untrusted left. */
  readonly cacheReadOnly?: boolean;
  /** Milliseconds: layers of the cache that are older are made anew. undefined: the builder's own limit. */
  readonly cacheMaxAge?: number;
  /** `host[:port][/prefix]` that answers for docker.io. */
  readonly mirror?: string;
  /** Registries to be spoken to without TLS, loopback ones apart. */
  readonly insecure: readonly string[];
}

/** One process of a build: the executable is the tool's, found by `tools`; `arguments` are the whole rest. */
export interface Invocation {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** It may be run again after a failure: what it starts from is still there. */
  readonly repeatable?: boolean;
  /** What its time is spent on until its output says something else; missing: `build`. */
  readonly phase?: BuildPhase;
}

/** A file that a builder wants to find before it starts. */
export interface BuilderFile {
  readonly path: string;
  readonly text: string;
}

/** How a builder's processes ended, as the reader of outcomes gets it. */
export interface BuilderEnd {
  readonly exitCode: number;
  /** The last lines of output, stdout and stderr together, without colours and secrets; at most 200. */
  readonly lines: readonly string[];
  /** What the digest file holds; undefined where there is none. */
  readonly digestFile: string | undefined;
  /** The last that `readProgress` said: the line it was in may be long gone from `lines`. */
  readonly doing?: string;
}

export type BuildOutcome =
  | { readonly kind: 'pushed'; readonly digest: Digest }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint?: string };

/** `pull`: bases, and their unpacking where the builder does both in one. */
export type BuildPhase = 'pull' | 'build' | 'push';

/** Where a build is. */
export interface Progress {
  readonly step?: number;
  readonly steps?: number;
  /** As `RUN make install`. */
  readonly what: string;
}

/** A builder is: step → argv, and how to read what came of it. Pure. */
export interface Builder {
  readonly name: BuilderName;
  /** Whether it unpacks images into its `/`, and so must have a root that is nobody else's. */
  readonly needsOwnRoot: boolean;
  /** Variables of a builder whose root is the one that it is started in, everything there being its own to delete. */
  readonly rootEnvironment: (paths: BuildPaths) => Readonly<Record<string, string>>;
  /** Credential helpers that it can run wherever it runs: they renew what expires during a build. All other logins are resolved for it. */
  readonly credentialHelpers: readonly string[];
  /** The flags that change what comes out, for the input key; never paths, destinations, caches. */
  readonly resultFlags: (step: Pick<BuildStep, 'reproducible' | 'cacheRepository'>) => readonly string[];
  /** Files of its own beside those that `paths` name. `dockerfile` is the pinned text. */
  readonly files: (step: BuildStep, dockerfile: string) => readonly BuilderFile[];
  /** One after the other; the first that fails ends the build. */
  readonly invocations: (step: BuildStep) => readonly Invocation[];
  /** Removes what only the builder itself may remove of its store; undefined: there is no such thing. */
  readonly removal?: (paths: BuildPaths) => Invocation;
  readonly readOutcome: (end: BuilderEnd) => BuildOutcome;
  /** undefined for a line that says nothing about progress. */
  readonly readProgress: (line: string) => Progress | undefined;
  /** What its time is spent on from this line on; undefined: on the same as before. */
  readonly readPhase: (line: string) => BuildPhase | undefined;
}
