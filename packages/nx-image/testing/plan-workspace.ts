import { readPipelineEvent } from '../src/ci/pipeline-event';
import type { PipelinePlan } from '../src/ci/pipeline-plan';
import { planPipeline, type PipelineInput } from '../src/run/pipeline/plan-pipeline';
import type { ImageRunOptions, ImageWorkspace } from './image-workspace';

export type Asked = Partial<PipelineInput> & { readonly affected?: readonly string[] | 'all' };

/** What the planner makes of a workspace, where nx is not asked: all images are affected, unless it is said which. */
export async function planWorkspace(
  workspace: ImageWorkspace,
  options: ImageRunOptions,
  { affected = 'all', ...asked }: Asked = {},
): Promise<PipelinePlan> {
  const context = await workspace.open(options);
  const { catalog } = context;
  return planPipeline(context, {
    images: catalog.roots.flatMap((root) => catalog.images(root)),
    event: readPipelineEvent(options.env ?? {}),
    projectOf: (root) => root.slice(root.lastIndexOf('/') + 1),
    contextTargetOf: () => undefined,
    parentsOf: () => [],
    resolveBase: () => Promise.resolve({ kind: 'everything', why: 'a test' }),
    findAffected: () => Promise.resolve(affected),
    ...{ mergeRequests: 'push', missing: true, closedPaths: ['/busybox'] },
    ...asked,
  });
}
