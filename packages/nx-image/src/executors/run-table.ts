import { basename } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { MANIFEST_TOOL_EXECUTOR, KANIKO_EXECUTOR } from '../inference/image-project';
import { parsePlatform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { imageTable } from '../report/table';
import type { StepResult } from '../run/result-store';
import type { RunContext } from '../run/run-context';
import { executorTask, type ExecutorTask } from './executor-task';

/**
 * The table of the whole run, when this batch is its last: when each of our tasks has ended in this run, or will be skipped because one that it depends
 * on failed. Otherwise nothing: a later batch has it. nx gives no place to print at the end of a run that works with its daemon.
 */
export function tableOfRun(
  context: RunContext,
  nx: ExecutorContext,
  layout: { readonly width: number; readonly color: boolean },
): string {
  const tasks = ourTasks(nx);
  const results = new Map([...tasks].map(([id, task]) => [id, resultOf(context, task)]));
  const dependencies = nx.taskGraph?.dependencies ?? {};
  const isLost = (id: string): boolean => {
    const result = results.get(id);
    if (result !== undefined) return result.outcome !== 'built' && result.outcome !== 'reused';
    return (dependencies[id] ?? []).some((dependency) => isLost(dependency));
  };
  if ([...tasks.keys()].some((id) => results.get(id) === undefined && !isLost(id))) return '';
  const roots = new Set([...tasks.values()].map((task) => task.root));
  return imageTable(
    [...roots].map((root) =>
      context.results.updateImage({
        image: basename(root),
        root,
        repository: formatRepository(context.facts.repository),
      }),
    ),
    layout,
  );
}

function ourTasks(nx: ExecutorContext): ReadonlyMap<string, ExecutorTask> {
  const tasks = new Map<string, ExecutorTask>();
  for (const { id, target } of Object.values(nx.taskGraph?.tasks ?? {})) {
    const data = nx.projectGraph.nodes[target.project]?.data;
    const configuration = data?.targets?.[target.target];
    const executor = configuration?.executor;
    if (data === undefined || (executor !== KANIKO_EXECUTOR && executor !== MANIFEST_TOOL_EXECUTOR)) continue;
    tasks.set(id, executorTask(id, data.root, executor, (configuration?.options ?? {}) as ExecutorTask['options']));
  }
  return tasks;
}

function resultOf(context: RunContext, task: ExecutorTask): StepResult | undefined {
  const image = basename(task.root);
  if (task.step === 'prepare') return context.results.prepare(image);
  if (task.step === 'manifest') return context.results.manifest(image);
  const platform = parsePlatform(task.platform ?? '');
  return platform && context.results.build(image, platform);
}
