import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CLEAN_ENV, succeed, type Env } from '../run';
import { toolEnv } from '../tools';
import type { Workspace } from '../workspace';

interface Task {
  readonly id: string;
  readonly target: { readonly project: string; readonly target: string };
}

interface TaskGraph {
  readonly roots: readonly string[];
  readonly tasks: Readonly<Record<string, Task>>;
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  readonly continuousDependencies: Readonly<Record<string, readonly string[]>>;
}

interface ProjectGraph {
  readonly nodes: Readonly<
    Record<string, { readonly data: { readonly targets: Readonly<Record<string, { readonly executor?: string }>> } }>
  >;
}

/** Nx's words: https://github.com/nrwl/nx/blob/23.2.1/packages/nx/src/tasks-runner/batch/batch-messages.ts */
const RUN_TASKS = 0;
const BATCH_ENDED = 2;

export interface RunUnderWay {
  /** Of the process that is the run: nx, or Nx's process for batches in which our executor is now. */
  readonly pid: () => number;
  readonly ended: Promise<{ readonly succeeded: boolean; readonly output: string }>;
}

/**
 * Runs our executors as Nx does, in Nx's own processes for batches, without Nx before and around them: for endings that do not concern Nx, where it
 * would take most of the time.
 */
export class Batches {
  private constructor(
    private readonly workspace: Workspace,
    private readonly env: Env,
    private readonly graph: ProjectGraph,
    private readonly tasks: TaskGraph,
  ) {}

  static async of(workspace: Workspace, project: string, env: Env): Promise<Batches> {
    const file = 'tmp/tasks.json';
    await succeed(workspace.nx(['run-many', '-t', 'manifest', '-p', project, `--graph=${file}`], env));
    const { graph, tasks } = workspace.readJson(file) as { graph: ProjectGraph; tasks: TaskGraph };
    return new Batches(workspace, env, graph, tasks);
  }

  start(): RunUnderWay {
    const seed = {
      id: randomBytes(6).toString('hex'),
      started: new Date().toISOString(),
      parallel: 2,
      showsTable: true,
    };
    const env = { ...this.env, HEPHY_RUN: JSON.stringify(seed) };
    let current: ChildProcess | undefined;
    const run = async () => {
      let output = '';
      for (const executor of ['@hephy/nx-image:kaniko', '@hephy/nx-image:manifest-tool']) {
        const batch = this.startBatch(executor, env);
        current = batch.child;
        const end = await batch.ended;
        output += end.output;
        if (!end.succeeded) return { succeeded: false, output };
      }
      return { succeeded: true, output };
    };
    const ended = run();
    return {
      pid: () => {
        if (current?.pid === undefined) throw new Error('no batch is under way');
        return current.pid;
      },
      ended,
    };
  }

  private startBatch(executorName: string, env: Env) {
    const child = fork(join(this.workspace.root, 'node_modules/nx/dist/src/tasks-runner/batch/run-batch.js'), {
      cwd: this.workspace.root,
      env: { ...CLEAN_ENV, ...toolEnv(), ...env, NX_FORKED_TASK_EXECUTOR: 'true' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const fullTaskGraph = this.tasks;
    child.send({
      type: RUN_TASKS,
      executorName,
      projectGraph: this.graph,
      batchTaskGraph: this.tasksOf(executorName),
      fullTaskGraph,
    });
    let results: Record<string, { readonly success: boolean }> | undefined;
    child.on('message', (message: { type: number; results?: typeof results }) => {
      if (message.type !== BATCH_ENDED) return;
      results = message.results;
      child.kill();
    });
    const ended = new Promise<{ succeeded: boolean; output: string }>((resolve) => {
      child.once('close', () => {
        const succeeded = results !== undefined && Object.values(results).every(({ success }) => success);
        resolve({ succeeded, output });
      });
    });
    return { child, ended };
  }

  private tasksOf(executor: string): TaskGraph {
    const tasks = Object.values(this.tasks.tasks).filter(
      ({ target }) => this.graph.nodes[target.project]?.data.targets[target.target]?.executor === executor,
    );
    const ids = new Set(tasks.map(({ id }) => id));
    const dependencies = Object.fromEntries(
      tasks.map(({ id }) => [id, (this.tasks.dependencies[id] ?? []).filter((other) => ids.has(other))]),
    );
    return {
      roots: tasks.map(({ id }) => id).filter((id) => dependencies[id]?.length === 0),
      tasks: Object.fromEntries(tasks.map((task) => [task.id, task])),
      dependencies,
      continuousDependencies: Object.fromEntries(tasks.map(({ id }) => [id, []])),
    };
  }
}
