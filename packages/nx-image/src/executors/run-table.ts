import type { ExecutorContext } from '@nx/devkit';
import { imageName, projectName } from '../config/variant';
import { MANIFEST_TOOL_EXECUTOR, KANIKO_EXECUTOR } from '../inference/image-project';
import { parsePlatform } from '../oci/platform';
import { formatRepository } from '../oci/reference';
import { imageTable, type TableOptions } from '../report/table';
import type { StepResult } from '../run/result-store';
import type { RunContext } from '../run/run-context';
import { skippedResult } from '../run/skipped-result';
import { executorTask, type ExecutorTask } from './executor-task';

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
  const parentsOf = (id: string): readonly string[] => {
    const builds = (nx.taskGraph?.dependencies[id] ?? []).flatMap((other) => tasks.get(other) ?? []);
    const names = builds.filter(({ step }) => step === 'build').map(({ root, variant }) => imageName(root, variant));
    return [...new Set(names)];
  };
  for (const [id, task] of waiting) {
    const cause = causeOf(id);
    const skipped = cause && skippedResult(task, context.facts.id, cause, parentsOf(id));
    if (skipped !== undefined) context.results.write(skipped);
  }
  const rows = rowsOf(context, [...tasks.values()]);
  return imageTable(
    [...rows].map(([image, root]) =>
      context.results.updateImage({ image, root, repository: formatRepository(context.facts.repository) }),
    ),
    layout,
  );
}

/** Root by image. A directory of which only variants are built has no row for its own image, unless it could not be prepared. */
function rowsOf(context: RunContext, tasks: readonly ExecutorTask[]): ReadonlyMap<string, string> {
  const made = tasks.filter(({ step }) => step !== 'prepare');
  const rows = new Map(made.map(({ root, variant }) => [imageName(root, variant), root]));
  const built = new Set(rows.values());
  for (const { root } of tasks) {
    const name = projectName(root);
    if (!built.has(root) || context.results.prepare(name)?.error !== undefined) rows.set(name, root);
  }
  return rows;
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
  const image = imageName(task.root, task.variant);
  if (task.step === 'prepare') return context.results.prepare(projectName(task.root));
  if (task.step === 'manifest') return context.results.manifest(image);
  const platform = parsePlatform(task.platform ?? '');
  return platform && context.results.build(image, platform);
}
