import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { must, run, type Env } from '../run';
import { toolEnv } from '../tools';
import { asText, evaluate, fill, FUNCTIONS, isTrue, type Contexts, type Functions } from './expression';
import type { Job, JobRun, Result, Step, Workflow } from './workflow';

/** What GitHub knows when it starts a workflow. */
export interface WorkflowEvent {
  /** GITHUB_EVENT_NAME and so on, without `GITHUB_`: `ref`, `sha`, `ref_protected`. They are the context `github`, too. */
  readonly github: Readonly<Record<string, string>>;
  /** The content of GITHUB_EVENT_PATH. */
  readonly event: unknown;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, string>>;
}

export interface WorkflowRun {
  /** In the order in which they ran; a job that was skipped once. */
  readonly jobs: readonly JobRun[];
  /** Below it is all that the run made: checkouts, artifacts. */
  readonly directory: string;
}

/**
 * Runs the steps of a workflow in order, jobs one after the other, those of a matrix at once: each in a checkout of its own, values of matrices, needs and inputs as GitHub fills them in. Actions are
 * what they do here: a clone, copies of files. `npm ci` links what the tests installed.
 * @param origin a repository
 */
export async function runWorkflow(text: string, origin: string, event: WorkflowEvent): Promise<WorkflowRun> {
  const directory = mkdtempSync(join(tmpdir(), 'hephy-actions-'));
  const workflow = parse(text) as Workflow;
  const runner = new Runner(workflow, origin, event, directory);
  return { jobs: await runner.run(), directory };
}

type Needs = Record<string, { readonly result: Result; readonly outputs: Readonly<Record<string, unknown>> }>;

class Runner {
  private count = 0;
  private readonly eventFile: string;
  private readonly programs: string;

  constructor(
    private readonly workflow: Workflow,
    private readonly origin: string,
    private readonly event: WorkflowEvent,
    private readonly directory: string,
  ) {
    this.eventFile = join(directory, 'event.json');
    writeFileSync(this.eventFile, JSON.stringify(event.event));
    this.programs = join(directory, 'bin');
    mkdirSync(this.programs);
    const installed = join(process.env.HEPHY_E2E_DIRECTORY ?? '', 'node_modules');
    const script = (name: string, lines: string): void => {
      writeFileSync(join(this.programs, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    };
    script('npm', `[ "$*" = ci ] && exec ln -s '${installed}' node_modules\nexit 1`);
    script('sudo', 'echo "as root: $*"');
  }

  async run(): Promise<readonly JobRun[]> {
    const done: JobRun[] = [];
    const needs: Needs = {};
    for (const [name, job] of Object.entries(this.workflow.jobs)) {
      const own = Object.fromEntries((job.needs ?? []).map((one) => [one, needs[one]]));
      const runs = await this.runJob(name, job, own as Needs);
      done.push(...runs);
      const results = runs.map(({ result }) => result);
      needs[name] = {
        result: results.includes('failure') ? 'failure' : (results[0] ?? 'skipped'),
        outputs: runs[0]?.outputs ?? {},
      };
    }
    return done;
  }

  private async runJob(name: string, job: Job, needs: Needs): Promise<readonly JobRun[]> {
    const contexts = { ...this.contexts(), needs };
    const well = Object.values(needs).every(({ result }) => result === 'success');
    if (!isWanted(job.if, contexts, well)) {
      return [{ job: name, runner: '', matrix: {}, result: 'skipped', output: '', summary: '', outputs: {} }];
    }
    const matrix = fill(job.strategy?.matrix, contexts, FUNCTIONS) as
      { include: Record<string, unknown>[] } | undefined;
    // Those of a matrix run at once.
    return Promise.all(
      (matrix?.include ?? [{}]).map((entry, index) =>
        this.runSteps(name, job, { ...contexts, matrix: entry, strategy: { 'job-index': index } }, entry),
      ),
    );
  }

  private async runSteps(
    name: string,
    job: Job,
    contexts: Contexts,
    matrix: Readonly<Record<string, unknown>>,
  ): Promise<JobRun> {
    const root = join(this.directory, `job-${(this.count += 1)}`);
    mkdirSync(root);
    const files = { output: `${root}.output`, summary: `${root}.summary` };
    for (const file of Object.values(files)) writeFileSync(file, '');
    const steps: Record<string, { readonly outputs: Readonly<Record<string, string>> }> = {};
    let well = true;
    let output = '';
    for (const step of job.steps) {
      const known = { ...contexts, steps };
      if (!isWanted(step.if, known, well)) continue;
      const env = { ...this.environment(files), ...filled(this.workflow.env, known), ...filled(job.env, known) };
      const { code, output: said } = await this.runStep(step, root, known, { ...env, ...filled(step.env, known) });
      output += said;
      if (code !== 0) well = false;
      if (step.id !== undefined) steps[step.id] = { outputs: readOutputs(files.output) };
    }
    return {
      ...{ job: name, runner: fill(job['runs-on'], contexts, FUNCTIONS), matrix, result: well ? 'success' : 'failure' },
      ...{ output, summary: readFileSync(files.summary, 'utf8') },
      outputs: filled(job.outputs, { ...contexts, steps }),
    };
  }

  private async runStep(step: Step, root: string, contexts: Contexts, env: Env) {
    if (step.run === undefined) {
      await this.act(step.uses ?? '', filled(step.with, contexts), root);
      return { code: 0, output: '' };
    }
    const script = `${root}.sh`;
    writeFileSync(script, asText(fill(step.run, contexts, FUNCTIONS)));
    return run(root, 'bash', ['-e', script], env);
  }

  private async act(uses: string, inputs: Readonly<Record<string, string>>, root: string): Promise<void> {
    const artifact = join(this.directory, 'artifacts', inputs.name ?? '');
    switch (uses.replace(/@.*/, '')) {
      case 'actions/checkout':
        await must(root, 'git', ['init', '-q']);
        await must(root, 'git', ['remote', 'add', 'origin', this.origin]);
        await must(root, 'git', [
          ...['fetch', '-q', ...(inputs['fetch-depth'] === '0' ? [] : ['--depth=1']), 'origin'],
          ...['+refs/heads/*:refs/remotes/origin/*', `+${this.event.github.sha ?? ''}:refs/remotes/event`],
        ]);
        await must(root, 'git', ['checkout', '-q', '--detach', 'refs/remotes/event']);
        return;
      case 'actions/setup-node':
        return;
      case 'actions/upload-artifact':
        for (const path of (inputs.path ?? '').trim().split('\n')) {
          const single = !(inputs.path ?? '').trim().includes('\n');
          if (existsSync(join(root, path)))
            cpSync(join(root, path), single ? artifact : join(artifact, path), { recursive: true });
        }
        return;
      case 'actions/download-artifact':
        cpSync(artifact, join(root, inputs.path ?? ''), { recursive: true });
        return;
      default:
        throw new Error(`what ${uses} does is not known here`);
    }
  }

  private contexts(): Contexts {
    const { github, event, vars, inputs = {} } = this.event;
    return { github: { ...github, event }, vars, inputs, secrets: {}, env: {} };
  }

  private environment(files: { readonly output: string; readonly summary: string }): Env {
    const github = Object.entries(this.event.github).map(([key, value]) => [`GITHUB_${key.toUpperCase()}`, value]);
    return {
      ...toolEnv(),
      PATH: `${this.programs}:${process.env.PATH ?? ''}`,
      ...{ CI: 'true', GITHUB_ACTIONS: 'true' },
      ...(Object.fromEntries(github) as Env),
      ...{ GITHUB_EVENT_PATH: this.eventFile, GITHUB_OUTPUT: files.output, GITHUB_STEP_SUMMARY: files.summary },
    };
  }
}

/** Without a function of states in it, what went wrong before counts. */
function isWanted(condition: string | undefined, contexts: Contexts, well: boolean): boolean {
  const source = (condition ?? 'success()').trim().replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const states: Functions = {
    success: () => well,
    failure: () => !well,
    cancelled: () => false,
    always: () => true,
  };
  const value = isTrue(evaluate(source, contexts, { ...FUNCTIONS, ...states }));
  return /\b(?:success|failure|cancelled|always)\(/.test(source) ? value : value && well;
}

function filled(
  values: Readonly<Record<string, unknown>> | undefined,
  contexts: Contexts,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [key, asText(fill(value, contexts, FUNCTIONS))]),
  );
}

function readOutputs(file: string): Readonly<Record<string, string>> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
