import { readPipelineEvent } from '../ci/pipeline-event';
import type { PipelinePlan } from '../ci/pipeline-plan';
import { HephyError } from '../errors/hephy-error';
import { imageProjects } from '../inference/image-projects';
import { isImageProject } from '../inference/is-image-project';
import { findAffected } from '../run/find-affected';
import { planPipeline, type PipelineInput } from '../run/pipeline/plan-pipeline';
import { resolveBase } from '../source/changes/resolve-base';
import { readDefaultBranch } from '../source/changes/read-event';
import type { OpenedImages } from './open-images';
import { contextTargets, pluginTargets } from './plugin-targets';

/** What a user of either CI system may say. */
export interface PipelineChoice extends Pick<PipelineInput, 'mergeRequests' | 'missing'> {
  readonly base: string | undefined;
}

/** The plan, and what was asked for by name. @throws HephyError REGISTRY_NOT_CONFIGURED, and what `planPipeline` throws */
export async function openPipeline(
  { context, workspace, graph, images }: OpenedImages,
  choice: PipelineChoice & Pick<PipelineInput, 'closedPaths'>,
): Promise<PipelinePlan & { readonly asked: readonly string[] }> {
  const { facts, env, runProcess, signal, catalog } = context;
  if (facts.local) {
    throw new HephyError(
      'REGISTRY_NOT_CONFIGURED',
      'the jobs of a pipeline would each have a local registry of their own',
      {
        hint: 'Name one that all of them reach: ECR_REGISTRY, HEPHY_REGISTRY, or the option `registry` of the plugin.',
      },
    );
  }
  const names = pluginTargets(workspace);
  const { nameOf } = imageProjects(graph);
  const access = { workspaceRoot: workspace.root, env, runProcess, signal };
  const event = readPipelineEvent(env, await readDefaultBranch(env));
  const { base, ...rest } = choice;
  const plan = await planPipeline(context, {
    ...rest,
    ...{ images, event },
    projectOf: nameOf,
    contextTargetOf: contextTargets(workspace, graph),
    parentsOf: (root) =>
      (graph.dependencies[nameOf(root)] ?? []).flatMap(({ target }) => {
        const data = graph.nodes[target]?.data;
        return data !== undefined && isImageProject(data) ? data.root : [];
      }),
    resolveBase: () => resolveBase({ ...access, ...(base === undefined ? {} : { given: base }) }),
    findAffected: (found) =>
      findAffected({
        ...access,
        base: found,
        imageRoots: catalog.roots,
        targets: [...new Set(names.map(({ manifest }) => manifest))],
      }),
  });
  return { ...plan, asked: event.images ?? [] };
}
