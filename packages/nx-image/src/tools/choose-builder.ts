import { builderOf } from '../builders/builders';
import type { Builder } from '../builders/builder';
import type { BuilderName } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { RunProcess } from '../process/process';
import { chooseRuntime } from './choose-runtime';
import { findBuildah } from './find-tool';
import { readRuntimeWish, type ChosenRuntime, type Considered } from './runtime';
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
  /** Paths that are needed after a build: the workspace, its cache. */
  readonly keep?: readonly string[];
  /** Of this process. */
  readonly uid: number | undefined;
  readonly runProcess: RunProcess;
  /** Ends what takes long: the pull of an image. */
  readonly signal?: AbortSignal;
  /** Gets a line about that, now and then. */
  readonly onNote?: (text: string) => void;
}

export interface ChosenBuilder {
  readonly builder: Builder;
  /** The program of this machine that is started: the builder's own, or the engine's that has it in an image. */
  readonly tool: Tool;
  /** Of the builder. */
  readonly version: string | undefined;
  /** undefined: the builder needs none. */
  readonly runtime: ChosenRuntime | undefined;
  /** All candidates in the order of looking, one line each; empty where the builder needs no runtime. */
  readonly considered: readonly Considered[];
  /** One line each, for the result: a fallback that was taken. */
  readonly notes: readonly string[];
}

/**
 * The builder and what it needs, found on this machine.
 * What goes to others is never built by a builder that nobody chose; what stays on this machine may be. A runtime that was asked for is taken, or is an error.
 * @throws HephyError BUILDER_MISSING, BUILDER_OUTDATED, RUNTIME_UNAVAILABLE, TOOL_MISSING, OPTIONS_INVALID
 */
export async function chooseBuilder(search: BuilderSearch): Promise<ChosenBuilder> {
  if (search.wanted === 'buildah') return chooseBuildah(search);
  const wish = readRuntimeWish(search.env, search);
  const choice = await chooseRuntime(search, wish);
  if (choice.found !== undefined) {
    const { runtime, tool, version, notes } = choice.found;
    return { builder: builderOf('kaniko'), runtime, tool, version, notes, considered: choice.considered };
  }
  const instead = search.local && wish.runtime === 'auto' ? await findBuildah(searchOf(search)) : undefined;
  if (instead === undefined) throw choice.error;
  const note = `${choice.error.message}: built by buildah instead, as it goes to the local registry only`;
  const considered = [...choice.considered, { runtime: 'buildah', usable: true, why: instead.path } as const];
  return {
    builder: builderOf('buildah'),
    tool: instead,
    version: undefined,
    runtime: undefined,
    considered,
    notes: [note],
  };
}

async function chooseBuildah(search: BuilderSearch): Promise<ChosenBuilder> {
  const tool = await findBuildah(searchOf(search));
  if (tool === undefined) {
    throw new HephyError('BUILDER_MISSING', 'buildah is not on this machine', {
      hint: 'Install it (Debian: apt-get install --no-install-recommends buildah), or name it by HEPHY_BUILDAH.',
    });
  }
  return { builder: builderOf('buildah'), tool, version: undefined, runtime: undefined, considered: [], notes: [] };
}

function searchOf({ buildah, env }: BuilderSearch): ToolSearch {
  return buildah === undefined ? { env } : { option: buildah, env };
}
