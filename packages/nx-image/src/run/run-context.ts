import type { HandedPlan } from '../ci/handed-plan';
import type { BuilderName, Image } from '../config/build-config';
import type { Repository } from '../oci/reference';
import type { RunFacts } from '../plan/run-facts';
import type { RunProcess } from '../process/process';
import type { CredentialStore, RegistryClient } from '../registry/registry';
import type { ChosenBuilder } from '../tools/choose-builder';
import type { Emulation } from '../tools/emulation';
import type { ResolvedRef } from '../source/upstream/resolve-ref';
import type { FileModes } from '../source/file-modes';
import type { OpenSource } from './opened-source';
import type { Published } from './published';
import type { BaseResolver } from './resolve-bases';
import type { ResultStore } from './result-store';
import type { OnRunEvent } from './run-event';
import type { Semaphore } from './semaphore';

type Env = Readonly<Record<string, string | undefined>>;

/** What executors and commands are told by their options; the environment has the rest. */
export interface RunOptions {
  readonly registry?: string;
  readonly dockerHubMirror?: string;
  readonly insecureRegistries?: readonly string[];
  /** Path of a Kaniko executor, of manifest-tool. */
  readonly kaniko?: string;
  readonly manifestTool?: string;
  /** Where Kaniko gets its root, and the image that container engines run: see `readRuntimeWish` of tools. */
  readonly runtime?: string;
  readonly kanikoImage?: string;
}

/** A target of the user's own, by the names that nx knows it by. */
export interface NxTarget {
  readonly project: string;
  readonly target: string;
}

/** The images of the repository, as far as a run needs them. */
export interface ImageCatalog {
  /** The image of the directory, or a variant of it. @throws HephyErrors where its config has problems, HephyError OPTIONS_INVALID where it has no such variant */
  readonly image: (root: string, variant?: string) => Image;
  /** The directory's own image, then its variants. @throws HephyErrors where its config has problems */
  readonly images: (root: string) => readonly [Image, ...Image[]];
  /** The image that `<image>-<tag>` is an additional tag of, among those of the directories that its own depends on, and of its own, itself excepted; undefined: a tag that only the registry knows. */
  readonly ownerOf: (of: Image, own: string) => Image | undefined;
  /** The target that is run before public tags of the image are written; undefined: its project has none. */
  readonly verifyTarget: (image: Image) => NxTarget | undefined;
  /** Roots of all image directories. */
  readonly roots: readonly string[];
}

/** Everything that the steps of one process share. What is asked of the world once is asked through it. */
export interface RunContext {
  readonly workspaceRoot: string;
  /** For stores, logs and temporary directories of this workspace; kept between runs. */
  readonly cacheDirectory: string;
  readonly env: Env;
  readonly options: RunOptions;
  readonly facts: RunFacts;
  readonly catalog: ImageCatalog;
  /** Of a job of a pipeline: what was found out for all of its jobs. */
  readonly handed: HandedPlan | undefined;
  readonly registry: RegistryClient;
  readonly credentials: CredentialStore;
  readonly bases: BaseResolver;
  /** The commit that a ref of an upstream names, asked once however many images are built from it. */
  readonly upstreamCommit: (repo: string, ref: string) => Promise<ResolvedRef>;
  /** See `fetchCommit` of source: once for all images that are built from it. */
  readonly fetchUpstream: (repo: string, commit: string, name: string | undefined) => Promise<void>;
  /** Opened sources by image root: see `openSource`. */
  readonly sources: Map<string, Promise<OpenSource>>;
  /** What git says of the modes of files, asked once. */
  readonly fileModes: () => Promise<FileModes>;
  /** Submodules of the checkout that are not checked out, asked once. */
  readonly missingSubmodules: () => Promise<readonly string[]>;
  /** See `presumeBuilder` of tools. */
  readonly presumeBuilder: (wanted: BuilderName) => Promise<BuilderName>;
  /** See `chooseBuilder` of tools; asked once for each. */
  readonly chooseBuilder: (wanted: BuilderName) => Promise<ChosenBuilder>;
  /** See `findEmulation` of tools; asked once for each architecture. */
  readonly emulation: (architecture: string) => Promise<Emulation>;
  /** See `tryPush` of the registry; asked once for each repository. */
  readonly tryPush: (repository: Repository) => Promise<'allowed' | 'not known'>;
  /** Whether this run builds the image anew although the registry has it: `--rebuild`. */
  readonly rebuilds: (image: Image) => boolean;
  /** Input keys that this process has built anew for that, until now. */
  readonly rebuilt: Set<string>;
  /** See `requireReplaceable`; asked once. */
  readonly requireReplaceable: () => Promise<void>;
  /** See `readLast`: of this run's scope, or of trusted runs. Asked once for each image. */
  readonly last: (image: string, whose?: 'trusted') => Promise<Published | undefined>;
  readonly results: ResultStore;
  readonly runProcess: RunProcess;
  /** Builds of this process by input key, until they have ended: two images of the same inputs are built once. Never rejects. */
  readonly underWay: Map<string, Promise<void>>;
  /** A place for each builder that may run at once. */
  readonly builders: Semaphore;
  readonly signal: AbortSignal;
  readonly onEvent: OnRunEvent;
}
