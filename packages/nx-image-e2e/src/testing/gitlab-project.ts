import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { CHECKOUT } from './documents';
import type { GitlabRunner } from './gitlab-runner';
import { must, run, succeed, type Env, type Run } from './run';
import type { Workspace } from './workspace';

const GITLAB_CI_LOCAL = join(CHECKOUT, 'node_modules/.bin/gitlab-ci-local');
const STATE = '.gitlab-ci-local';
const VARIABLES = `${STATE}-variables.yml`;
const CHILD = 'hephy-pipeline.yml';
/** Of that, what nobody has to start. */
const STARTED = `${STATE}-started.yml`;

type DefinedJobs = Readonly<
  Record<string, { readonly when?: string; readonly needs?: readonly (string | { readonly job: string })[] }>
>;

/** Variables that GitLab sets, by what began the pipeline. */
export interface PipelineEvent {
  readonly set: Env;
  /** Of those that gitlab-ci-local sets by itself. */
  readonly unset?: readonly string[];
}

/** A push to the protected default branch, whose tip was `before`. */
export function pushed(before: string): PipelineEvent {
  return {
    set: { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BEFORE_SHA: before, CI_COMMIT_REF_PROTECTED: 'true' },
  };
}

/** A merge request into `main`, which left it at `base`. */
export function mergeRequest(iid: number, base: string): PipelineEvent {
  return {
    set: {
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_MERGE_REQUEST_IID: String(iid),
      CI_MERGE_REQUEST_EVENT_TYPE: 'detached',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_COMMIT_REF_PROTECTED: 'false',
    },
    unset: ['CI_COMMIT_BRANCH'],
  };
}

/** A schedule, or somebody, that looks at everything. */
export function scheduled(set: Env = {}): PipelineEvent {
  return { set: { CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_REF_PROTECTED: 'true', ...set } };
}

/** A workspace as a project of GitLab, whose pipelines gitlab-ci-local runs. */
export class GitlabProject {
  private constructor(
    readonly workspace: Workspace,
    private readonly runner: GitlabRunner,
    private readonly variables: Env,
  ) {}

  /** As `nx g` writes the pipeline, with the inputs of this runner; all of it committed. */
  static async create(workspace: Workspace, runner: GitlabRunner, variables: Env): Promise<GitlabProject> {
    await succeed(workspace.nx(['g', '@hephy/nx-image:gitlab-ci']));
    setInputs(workspace, { ...runner.inputs, tags: ['docker'] });
    workspace.write('.gitignore', `${workspace.read('.gitignore')}${STATE}*\n${CHILD}\n`);
    await workspace.commit('Build in GitLab');
    const project = new GitlabProject(workspace, runner, {
      ...{ CICD_TAG_AMD64: 'amd64', CICD_TAG_ARM64: 'arm64' },
      ...variables,
    });
    await project.pushMain();
    return project;
  }

  /** Takes what is committed for what GitLab has; answers the commit. */
  pushMain(): Promise<string> {
    return pushMain(this.workspace);
  }

  /** Of the component; nothing is committed. */
  setInputs(inputs: Readonly<Record<string, unknown>>): void {
    setInputs(this.workspace, inputs);
  }

  /** The whole pipeline: planner, trigger, child. gitlab-ci-local ends with 0 also when the child fails. */
  runAll(event: PipelineEvent): Promise<Run> {
    return this.local(event, []);
  }

  /** The planner alone: what it said, and the child pipeline that it wrote. */
  async plan(event: PipelineEvent): Promise<{ readonly output: string; readonly child: string }> {
    const output = await succeed(this.local(event, ['hephy-plan']));
    const child = this.artifact('hephy-plan', CHILD);
    this.workspace.write(CHILD, child);
    return { output, child };
  }

  /**
   * The child pipeline that the planner wrote last, with an exit status of its own: all that GitLab starts by itself. Jobs that run always GitLab runs also where a job that they need was
   * skipped; gitlab-ci-local does not: so they are run after the others. `jobs`: only these, those that somebody starts too, on what others have left.
   */
  async runChild(event: PipelineEvent, jobs: readonly string[] = []): Promise<Run> {
    const child = { ...event, set: { ...event.set, CI_PIPELINE_SOURCE: 'parent_pipeline' } };
    const defined = parse(this.workspace.read(CHILD)) as DefinedJobs;
    const manual = Object.keys(defined).filter((name) => defined[name]?.when === 'manual');
    if (jobs.length > 0) {
      return this.local(child, [`--file=${CHILD}`, ...jobs, ...manual.flatMap((name) => ['--manual', name])]);
    }
    const own = withoutWaiting(defined, manual);
    this.workspace.write(STARTED, stringify(own));
    const first = await this.local(child, [`--file=${STARTED}`]);
    const started = startedJobs(first.output);
    const left = Object.keys(own).filter((name) => own[name]?.when === 'always' && !started.includes(name));
    if (left.length === 0) return first;
    const second = await this.local(child, [`--file=${STARTED}`, ...left]);
    return { code: first.code === 0 ? second.code : first.code, output: first.output + second.output };
  }

  /** What a job left, in its last run. */
  artifact(job: string, path: string): string {
    const directory = job.replace(/[^\w-]+/g, (other) => Buffer.from(other).toString('base64url'));
    return readFileSync(join(this.workspace.root, STATE, 'artifacts', directory, path), 'utf8');
  }

  private local(event: PipelineEvent, parameters: readonly string[]): Promise<Run> {
    const variables = { GITLAB_CI: 'true', CI: 'true', ...this.variables, ...this.runner.variables, ...event.set };
    this.workspace.write(VARIABLES, JSON.stringify(variables));
    const unset = (event.unset ?? []).map((name) => `--unset-variable=${name}`);
    const quiet = `--ignore-predefined-vars=${Object.keys(variables).join(',')}`;
    return run(
      this.workspace.root,
      process.execPath,
      [
        GITLAB_CI_LOCAL,
        ...this.runner.options,
        '--no-artifacts-to-source',
        '--no-color',
        quiet,
        ...unset,
        ...parameters,
      ],
      { ...this.runner.env, HOME: this.workspace.root },
    );
  }
}

function setInputs(workspace: Workspace, inputs: Readonly<Record<string, unknown>>): void {
  const pipeline = parse(workspace.read('.gitlab-ci.yml')) as { include: { inputs: object }[] };
  const [component] = pipeline.include;
  if (component === undefined) throw new Error('the generator wrote no include');
  component.inputs = { ...component.inputs, ...inputs };
  workspace.write('.gitlab-ci.yml', stringify(pipeline));
}

/** gitlab-ci-local begins no pipeline in which a job waits for one that somebody has to start. */
function withoutWaiting(defined: DefinedJobs, waiting: readonly string[]): DefinedJobs {
  const left = Object.entries(defined).filter(([name, { needs = [] }]) => {
    return (
      !waiting.includes(name) && !needs.some((need) => waiting.includes(typeof need === 'string' ? need : need.job))
    );
  });
  const all = Object.keys(defined).filter((name) => !left.some(([other]) => other === name));
  return all.length === waiting.length ? Object.fromEntries(left) : withoutWaiting(defined, all);
}

/** Jobs in the order in which they began. */
export function startedJobs(output: string): string[] {
  return [...output.matchAll(/^\s*(?:\[hephy-images\] -> )?(\S.*?) +starting \S+ \(/gm)].map(([, name = '']) => name);
}

/** Jobs of the pipeline in a workspace, checked by GitLab's schema; nothing is run. */
export async function listJobs(workspace: Workspace): Promise<string> {
  await pushMain(workspace);
  return must(workspace.root, process.execPath, [GITLAB_CI_LOCAL, '--list', '--no-color'], { HOME: workspace.root });
}

async function pushMain(workspace: Workspace): Promise<string> {
  if ((await workspace.git('remote')).trim() === '')
    await workspace.git('remote', 'add', 'origin', 'https://gitlab.example.com/team/images.git');
  await workspace.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  await workspace.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  return (await workspace.git('rev-parse', 'HEAD')).trim();
}
