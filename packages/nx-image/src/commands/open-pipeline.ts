import { readPipelineEvent } from '../ci/pipeline-event';
import type { PipelinePlan } from '../ci/pipeline-plan';
import { HephyError } from '../errors/hephy-error';
import { imageProjects } from '../inference/image-projects';
import { isImageProject } from '../inference/is-image-project';
import { runProcess } from '../process/run-process';
import { findAffected } from '../run/find-affected';
import { imagePlaces, type ImagePlace } from '../run/image-places';
import { once } from '../run/once';
import { planPipeline, type PipelineInput } from '../run/pipeline/plan-pipeline';
import type { OnRunEvent } from '../run/run-event';
import { readDefaultBranch } from '../source/changes/read-event';
import { findBaseCommit } from '../source/changes/find-base-commit';
import { findWorkspace } from './find-workspace';
import { openImages, withCommandSignal, type OpenedImages } from './open-images';
import { contextTargets } from './context-targets';

/** What a user of either CI system may say. */
export interface PipelineChoice extends Pick<PipelineInput, 'mergeRequests' | 'missing'> {
  readonly base: string | undefined;
}

export interface PipelineOptions
  extends PipelineChoice, Pick<PipelineInput, 'closedPaths' | 'leavesDownloads' | 'native'> {
  readonly onEvent: OnRunEvent;
}

export interface OpenedPipeline extends OpenedImages {
  readonly plan: PipelinePlan;
  /** Images that were asked for by name. */
  readonly asked: readonly string[];
}

/**
 * Plans the pipeline, and does the rest with everything open. What changed is looked for while this process makes the graph of its own.
 * @throws HephyError REGISTRY_NOT_CONFIGURED, and what `planPipeline` throws
 */
export function withPipeline<T>(
  options: PipelineOptions,
  work: (opened: OpenedPipeline) => T | Promise<T>,
): Promise<T> {
  return withCommandSignal(async (signal) => work(await openPipeline(options, signal)));
}

async function openPipeline(options: PipelineOptions, signal: AbortSignal): Promise<OpenedPipeline> {
  const { env } = process;
  // Of two processes that make the graph at the same time, neither needs another one for each plugin: half of the time goes there.
  env.NX_ISOLATE_PLUGINS ??= 'false';
  const { base, onEvent, ...rest } = options;
  const workspace = findWorkspace(process.cwd());
  const event = readPipelineEvent(env, await readDefaultBranch(env));
  const access = { workspaceRoot: workspace.root, env, runProcess, signal };
  let tellPlaces: (places: readonly ImagePlace[]) => void = () => undefined;
  const places = new Promise<readonly ImagePlace[]>((resolve) => {
    tellPlaces = resolve;
  });
  const findBase = once(() => findBaseCommit({ ...access, ...(base === undefined ? {} : { given: base }) }));
  const affected = once(async () => findAffected({ ...access, base: await findBase(), images: places }));
  // Whoever asks is told of what went wrong.
  if (event.images === undefined && !event.forceAll) affected().catch(() => undefined);
  const opened = await openImages({ signal, onEvent, publishes: true });
  const { context, graph, images } = opened;
  if (context.facts.local) throw noRegistry();
  const { nameOf } = imageProjects(graph);
  tellPlaces(imagePlaces(context.catalog, nameOf));
  const plan = await planPipeline(context, {
    ...rest,
    ...{ images, event, resolveBase: findBase, findAffected: affected },
    projectOf: nameOf,
    contextTargetOf: contextTargets(graph),
    parentsOf: (root) =>
      (graph.dependencies[nameOf(root)] ?? []).flatMap(({ target }) => {
        const data = graph.nodes[target]?.data;
        return data !== undefined && isImageProject(data) ? data.root : [];
      }),
  });
  return { ...opened, plan, asked: event.images ?? [] };
}

function noRegistry(): HephyError {
  return new HephyError(
    'REGISTRY_NOT_CONFIGURED',
    'the jobs of a pipeline would each have a local registry of their own',
    { hint: 'Name one that all of them reach: ECR_REGISTRY, HEPHY_REGISTRY, or the option `registry` of the plugin.' },
  );
}
