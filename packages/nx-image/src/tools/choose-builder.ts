import { builderOf } from '../builders/builders';
import type { Builder } from '../builders/builder';
import type { BuilderName } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { RunProcess } from '../process/process';
import { findBuildah, findKaniko } from './find-tool';
import { checkKanikoVersion } from './kaniko-version';
import { findBubblewrap } from './find-bubblewrap';
import type { ChosenRuntime, Considered } from './runtime';
import type { Tool, ToolSearch } from './tool';

export interface BuilderSearch {
  /** What the config asks for. */
  readonly wanted: BuilderName;
  /** Whether what is built goes to this workspace's local registry only. */
  readonly local: boolean;
  readonly env: ToolSearch['env'];
  /** Paths that options name. */
  readonly kaniko?: string;
  readonly buildah?: string;
  /** As the options have them: see `readRuntimeWish`. */
  readonly runtime?: string;
  readonly kanikoImage?: string;
  /** Ends what takes long: the pull of an image. */
  readonly signal?: AbortSignal;
  /** Gets a line about that, now and then. */
  readonly onNote?: (text: string) => void;
  /** Of this process. */
  readonly uid: number | undefined;
  readonly runProcess: RunProcess;
}

export interface ChosenBuilder {
  readonly builder: Builder;
  /** The program of this machine that is started: the builder's own, or the engine's that has it in an image. */
  readonly tool: Tool;
  /** Of the builder. */
  readonly version: string | undefined;
  /** undefined: the builder needs none. */
  readonly runtime: ChosenRuntime | undefined;
  /** What else there was, in the order of looking: one line for each candidate. */
  readonly considered: readonly Considered[];
  /** One line each, for the result: a fallback that was taken. */
  readonly notes: readonly string[];
}

const WAYS_TO_KANIKO = `Take the file /kaniko/executor out of the image ghcr.io/osscontainertools/kaniko (docker create, docker cp), and name it by HEPHY_KANIKO or put it on PATH as kaniko-executor.
Or write build_backend: buildah into the image's build-config.yaml.`;

/**
 * The builder and what it needs, found on this machine.
 * What goes to others is never built by a builder that nobody chose; what stays on this machine may be.
 * @throws HephyError BUILDER_MISSING, BUILDER_OUTDATED, RUNTIME_UNAVAILABLE, TOOL_MISSING
 */
export async function chooseBuilder(search: BuilderSearch): Promise<ChosenBuilder> {
  return search.wanted === 'kaniko' ? chooseKaniko(search) : chooseBuildah(search);
}

async function chooseKaniko(search: BuilderSearch): Promise<ChosenBuilder> {
  const { env, runProcess } = search;
  const tool = await findKaniko(searchOf(search.kaniko, env), runProcess);
  if (tool === undefined) {
    return standIn(search, 'Kaniko is not on this machine', missing('Kaniko is not on this machine', WAYS_TO_KANIKO));
  }
  const { version, notes } = await checkKanikoVersion(tool, runProcess);
  try {
    const bubblewrap = await findBubblewrap({ env }, search.uid, runProcess);
    const runtime = { kind: 'bubblewrap', bubblewrap } as const;
    return { builder: builderOf('kaniko'), tool, version, runtime, considered: [], notes };
  } catch (error) {
    if (!(error instanceof HephyError) || error.code !== 'RUNTIME_UNAVAILABLE') throw error;
    return standIn(search, error.message, error);
  }
}

/** To the local registry buildah builds instead, and says so. */
async function standIn(search: BuilderSearch, why: string, otherwise: HephyError): Promise<ChosenBuilder> {
  if (!search.local) throw otherwise;
  const tool = await findBuildah(searchOf(search.buildah, search.env));
  if (tool === undefined) throw otherwise;
  const note = `${why}: built by buildah instead, as it goes to the local registry only`;
  return { builder: builderOf('buildah'), tool, version: undefined, runtime: undefined, considered: [], notes: [note] };
}

async function chooseBuildah(search: BuilderSearch): Promise<ChosenBuilder> {
  const tool = await findBuildah(searchOf(search.buildah, search.env));
  if (tool === undefined) {
    throw missing(
      'buildah is not on this machine',
      'Install it (Debian: apt-get install --no-install-recommends buildah), or name it by HEPHY_BUILDAH.',
    );
  }
  return { builder: builderOf('buildah'), tool, version: undefined, runtime: undefined, considered: [], notes: [] };
}

function searchOf(option: string | undefined, env: ToolSearch['env']): ToolSearch {
  return option === undefined ? { env } : { option, env };
}

function missing(message: string, hint: string): HephyError {
  return new HephyError('BUILDER_MISSING', message, { hint });
}
