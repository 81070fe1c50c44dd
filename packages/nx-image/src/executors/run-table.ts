import { basename } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { MANIFEST_TOOL_EXECUTOR, KANIKO_EXECUTOR } from '../inference/image-project';
import { parsePlatform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { imageTable, type TableOptions } from '../report/table';
import type { StepResult } from '../run/result-store';
import type { RunContext } from '../run/run-context';
import { executorTask, type ExecutorTask } from './executor-task';
import { skippedResult } from './skipped-result';

/**
 * The table of the whole run, when this batch is its last: when each of our tasks has ended in this run, or cannot run any more because one that it
 * depends on did not succeed; then that is its result. Otherwise nothing: a later batch has it.
 */
export function tableOfRun(context: RunContext, nx: ExecutorContext, layout: TableOptions): string {
  const tasks = ourTasks(nx);
  const results = new Map([...tasks].map(([id, task]) => [id, resultOf(context, task)]));
  const waiting = [...tasks].filter(([id]) => results.get(id) === undefined);
  const causeOf = findCauses(results, nx.taskGraph?.dependencies ?? {});
  if (waiting.some(([id]) => causeOf(id) === undefined)) return '';
  for (const [id, task] of waiting) {
    const cause = causeOf(id);
    const skipped = cause && skippedResult(task, context.facts.id, cause);
    if (skipped !== undefined) context.results.write(skipped);
  }
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

/** What kept a task from succeeding or from running at all: its own result, or that of the first it depends on, however far away. */
function findCauses(
  results: ReadonlyMap<string, StepResult | undefined>,
  dependencies: Readonly<Record<string, readonly string[]>>,
): (id: string) => StepResult | undefined {
  const known = new Map<string, StepResult | undefined>();
  const causeOf = (id: string): StepResult | undefined => {
    if (known.has(id)) return known.get(id);
    const result = results.get(id);
    known.set(id, undefined);
    let cause: StepResult | undefined;
    if (result === undefined) {
      for (const dependency of dependencies[id] ?? []) if ((cause = causeOf(dependency)) !== undefined) break;
    } else if (result.outcome !== 'built' && result.outcome !== 'reused') cause = result;
    known.set(id, cause);
    return cause;
  };
  return causeOf;
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
