import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { HephyError } from '../errors/hephy-error';
import { graphCatalog } from '../inference/graph-catalog';
import { beginRun } from '../process/stop-signals';
import { findLaptop } from '../run/find-laptop';
import { seedOfPlan } from '../run/handed/seed-of-plan';
import { openRun } from '../run/open-run';
import type { RunContext } from '../run/run-context';
import { recordRun } from '../run/run-record';
import { readRunSeed, type RunSeed } from '../run/run-seed';
import { refuseStandingRebuild, unmetRebuild } from './rebuild-request';
import { failureOf } from '../run/step-results';
import { runStep } from '../run/run-step';
import { refuseInsideVerify } from '../run/verify-target';
import { schedule, type Ended, type Scheduled } from '../run/schedule';
import { executorTask, type ExecutorOptions, type ExecutorTask } from './executor-task';
import { liveOutput, type LiveOutput } from './live-output';
import { nxCacheDirectory } from '../run/nx-cache-directory';
import { tableOfRun } from './run-table';

export interface TaskResult {
  readonly success: boolean;
  readonly terminalOutput: string;
  readonly status: 'success' | 'failure' | 'skipped';
}

/** Steps that only ask and hash; builders have places of their own. */
const STEPS_AT_ONCE = 16;

/** All ready tasks of one executor in one process: exactly one result a task, whatever happens to it. */
export async function* runBatch(
  taskGraph: TaskGraph,
  inputs: Readonly<Record<string, ExecutorOptions>>,
  overrides: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
): AsyncGenerator<{ task: string; result: TaskResult }> {
  const nodes = Object.values(taskGraph.tasks).map((task): Scheduled<ExecutorTask> => {
    const { project, target } = task.target;
    const data = context.projectGraph.nodes[project]?.data;
    const executor = data?.targets?.[target]?.executor ?? '';
    return {
      id: task.id,
      task: executorTask(task.id, data?.root ?? '', executor, inputs[task.id] ?? {}),
      dependencies: taskGraph.dependencies[task.id] ?? [],
    };
  });
  const verbose = overrides.verbose === true || process.env.NX_VERBOSE_LOGGING === 'true';
  yield* runNodes(nodes, context, liveOutput({ verbose, single: false }));
}

/** Without batch: a batch of one. */
export async function runSingle(options: ExecutorOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName = '', targetName = '' } = context;
  const data = context.projectGraph.nodes[projectName]?.data;
  const id = `${projectName}:${targetName}`;
  const task = executorTask(id, data?.root ?? '', data?.targets?.[targetName]?.executor ?? '', options);
  let success = false;
  for await (const { result } of runNodes(
    [{ id, task, dependencies: [] }],
    context,
    liveOutput({ verbose: context.isVerbose, single: true }),
  )) {
    success = result.success;
  }
  return { success };
}

async function* runNodes(
  nodes: readonly Scheduled<ExecutorTask>[],
  nx: ExecutorContext,
  output: LiveOutput,
): AsyncGenerator<{ task: string; result: TaskResult }> {
  const run = beginRun();
  const bail = new AbortController();
  const seed = seedOfPlan(readRunSeed(process.env), nx.root, process.env);
  const { bails, showsTable } = seed;
  const texts = new Map<string, string>();
  try {
    const context = await open(nodes, nx, seed, AbortSignal.any([run.signal, bail.signal]), output, texts);
    const step = async (task: ExecutorTask): Promise<boolean> => {
      if (context === undefined) return false;
      const result = await runStep(context, task);
      output.finished(result);
      texts.set(task.id, output.textOf(result));
      // A step that was taken and skips itself has nothing to do.
      const idle = result.outcome === 'skipped' && result.because === undefined;
      const succeeded = result.outcome === 'built' || result.outcome === 'reused' || idle;
      // Nx itself starts no further batch then, and waits for this one.
      if (!succeeded && bails) bail.abort(bailed(task));
      return succeeded;
    };
    // Of what leaves no result the run's record tells.
    const failed = (task: ExecutorTask, error: unknown): void => {
      texts.set(task.id, output.failed(task.id, error));
      recordFailure(nx, seed, error, run.signal, output);
    };
    for await (const { id, end } of schedule(nodes, STEPS_AT_ONCE, step, failed)) {
      yield { task: id, result: taskResult(end, texts.get(id) ?? '') };
    }
    if (context !== undefined) await endTable(context, nx, output, showsTable);
  } finally {
    await run.end();
  }
}

function bailed({ id }: ExecutorTask): HephyError {
  return new HephyError('BUILD_CANCELLED', `the run was given up: ${id} failed, and nx was called with --nxBail`);
}

/** An exception here would fail every task of the batch, those that are done and well too. */
async function endTable(
  context: RunContext,
  nx: ExecutorContext,
  output: LiveOutput,
  showsTable: boolean,
): Promise<void> {
  try {
    const laptop = showsTable ? undefined : await findLaptop(context.env, context.facts.insecure);
    const table = tableOfRun(context, nx, { ...output.layout, laptop });
    if (!showsTable) output.table(table);
  } catch (error) {
    output.failed(undefined, error);
  }
}

/** Without the facts of the run there is no step: every task fails with the same words, said once. */
async function open(
  nodes: readonly Scheduled<ExecutorTask>[],
  nx: ExecutorContext,
  seed: RunSeed,
  signal: AbortSignal,
  output: LiveOutput,
  texts: Map<string, string>,
): Promise<RunContext | undefined> {
  try {
    refuseInsideVerify(process.env);
  } catch (thrown) {
    // Of the run outside of it is the record.
    const text = output.failed(undefined, thrown);
    for (const { id } of nodes) texts.set(id, text);
    return undefined;
  }
  try {
    refuseStandingRebuild(
      seed.rebuild,
      nodes.map(({ task }) => task),
    );
    const context = await openRun({
      workspaceRoot: nx.root,
      cacheDirectory: nxCacheDirectory(nx.root, nx.nxJsonConfiguration, process.env),
      env: process.env,
      options: nodes[0]?.task.options ?? {},
      catalog: graphCatalog(nx.root, nx.projectGraph),
      seed,
      signal,
      onEvent: output.event,
    });
    recordRun(nx.root, seed, context.facts);
    const unmet = nodes.some(({ task }) => task.step === 'build')
      ? unmetRebuild(seed.rebuild, context.catalog, nx)
      : [];
    for (const name of unmet)
      output.event({ kind: 'note', text: `--rebuild names ${name}, which this run does not build` });
    return context;
  } catch (thrown) {
    recordFailure(nx, seed, thrown, signal, output);
    const text = output.failed(undefined, thrown);
    for (const { id } of nodes) texts.set(id, text);
    return undefined;
  }
}

/** An exception here would fail tasks that know better. On a full disk the failure itself says all that there is to say. */
function recordFailure(
  nx: ExecutorContext,
  seed: RunSeed,
  failure: unknown,
  signal: AbortSignal,
  output: LiveOutput,
): void {
  const { error } = failureOf(failure, signal.aborted);
  try {
    recordRun(nx.root, seed, [error]);
  } catch (thrown) {
    if (failureOf(thrown, false).error.code !== error.code) output.failed(undefined, thrown);
  }
}

/** nx writes the output as it is, one task's behind the other's. */
function taskResult(end: Ended, text: string): TaskResult {
  switch (end.kind) {
    case 'succeeded':
      return { success: true, status: 'success', terminalOutput: `${text}\n` };
    case 'failed':
      return { success: false, status: 'failure', terminalOutput: `${text}\n` };
    case 'skipped':
      return { success: false, status: 'skipped', terminalOutput: `skipped because ${end.because} failed\n` };
  }
}
