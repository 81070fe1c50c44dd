import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './documents';
import type { GitlabRunner } from './gitlab-runner';
import { run, type Env, type Run } from './run';
import type { Workspace } from './workspace';

const GITLAB_CI_LOCAL = join(CHECKOUT, 'node_modules/.bin/gitlab-ci-local');
const STATE = '.gitlab-ci-local';
const VARIABLES = `${STATE}-variables.yml`;
const CHILD = 'hephy-pipeline.yml';

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

/** A workspace as a project of GitLab, whose pipelines gitlab-ci-local runs. */
export class GitlabProject {
  constructor(
    readonly workspace: Workspace,
    private readonly runner: GitlabRunner,
    private readonly variables: Env,
  ) {}

  /** Takes what is committed for what GitLab has. */
  async pushMain(): Promise<string> {
    const { workspace } = this;
    if ((await workspace.git('remote')).trim() === '')
      await workspace.git('remote', 'add', 'origin', 'https://gitlab.example.com/team/images.git');
    await workspace.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    await workspace.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    return this.head();
  }

  async head(): Promise<string> {
    return (await this.workspace.git('rev-parse', 'HEAD')).trim();
  }

  /** The whole pipeline: planner, trigger, child. gitlab-ci-local ends with 0 also when the child fails. */
  runAll(event: PipelineEvent): Promise<Run> {
    return this.local(event, []);
  }

  /** The planner alone; what it wrote. */
  async plan(event: PipelineEvent): Promise<Run & { readonly child: string | undefined }> {
    const ended = await this.local(event, ['hephy:plan']);
    const written = join(this.workspace.root, STATE, 'artifacts/hephy:plan', CHILD);
    return { ...ended, child: existsSync(written) ? readFileSync(written, 'utf8') : undefined };
  }

  /** The child pipeline that the planner wrote last, with an exit status of its own; or single jobs of it, on what others have left. */
  runChild(event: PipelineEvent, jobs: readonly string[] = []): Promise<Run> {
    copyFileSync(join(this.workspace.root, STATE, 'artifacts/hephy:plan', CHILD), join(this.workspace.root, CHILD));
    const set = { ...event.set, CI_PIPELINE_SOURCE: 'parent_pipeline' };
    return this.local({ ...event, set }, [`--file=${CHILD}`, ...jobs]);
  }

  /** `--list-json` of a file of this project. */
  async list(event: PipelineEvent, file = '.gitlab-ci.yml'): Promise<Run> {
    return this.local(event, [`--file=${file}`, '--list']);
  }

  /** What a job said, in its last run. */
  log(job: string): string {
    return readFileSync(join(this.workspace.root, STATE, 'output', `${job}.log`), 'utf8');
  }

  /** Jobs that ran since `forget`. */
  jobs(): string[] {
    const directory = join(this.workspace.root, STATE, 'output');
    return existsSync(directory)
      ? readdirSync(directory)
          .map((name) => name.replace(/\.log$/, ''))
          .sort()
      : [];
  }

  artifact(job: string, path: string): string {
    return readFileSync(join(this.workspace.root, STATE, 'artifacts', job, path), 'utf8');
  }

  /** What earlier pipelines have left. */
  forget(): void {
    rmSync(join(this.workspace.root, STATE), { recursive: true, force: true });
  }

  private local(event: PipelineEvent, parameters: readonly string[]): Promise<Run> {
    const variables = { GITLAB_CI: 'true', CI: 'true', ...this.variables, ...this.runner.variables, ...event.set };
    writeFileSync(join(this.workspace.root, VARIABLES), JSON.stringify(variables));
    const unset = (event.unset ?? []).map((name) => `--unset-variable=${name}`);
    return run(
      this.workspace.root,
      process.execPath,
      [GITLAB_CI_LOCAL, ...this.runner.options, '--no-artifacts-to-source', '--no-color', ...unset, ...parameters],
      { ...this.runner.env, HOME: this.workspace.root },
    );
  }
}
