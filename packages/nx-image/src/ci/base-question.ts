import { HephyError } from '../errors/hephy-error';

/** With what this commit is compared, file by file. `why`: one line for people. */
export type Base =
  | { readonly kind: 'commit'; readonly commit: string; readonly why: string }
  | { readonly kind: 'everything'; readonly why: string };

/** What has to be asked of git to know the base. */
export type BaseQuestion =
  | { readonly kind: 'everything'; readonly why: string }
  | {
      readonly kind: 'commit';
      readonly commit: string;
      /** What the commit is, in words that go on from its id. */
      readonly what: string;
      /** What it means that origin has it no more. A branch that was rewritten: all is new. Otherwise something is wrong. */
      readonly gone: 'everything' | 'error';
    }
  | {
      readonly kind: 'merge base';
      /** A ref of origin's in full, or a commit. */
      readonly with: { readonly ref: string } | { readonly commit: string };
      readonly what: string;
    }
  | {
      /** Where HEAD is the merge commit that the CI made: its first parent. Where something else is checked out, the other question. */
      readonly kind: 'first parent';
      readonly merge: string;
      readonly what: string;
      readonly otherwise: BaseQuestion;
    }
  /** A revision that somebody named: what HEAD and it have in common, or itself. */
  | { readonly kind: 'given'; readonly revision: string };

type Env = Readonly<Record<string, string | undefined>>;

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const ZEROS = /^0+$/;

/**
 * `event`: what GitHub says of the event, the content of GITHUB_EVENT_PATH. `given`: what somebody named, which goes before all else.
 * @throws HephyError CHANGES_UNKNOWN
 */
export function askForBase(env: Env, event?: unknown, given?: string): BaseQuestion {
  if (given !== undefined) return askGiven(given);
  if (env.GITLAB_CI === 'true') return askGitlab(env);
  if (env.GITHUB_ACTIONS === 'true') return askGithub(env, event);
  throw new HephyError(
    'CHANGES_UNKNOWN',
    'nothing says what this commit is to be compared with: this is no job of GitLab CI or GitHub Actions',
    { hint: 'Name a commit or branch: --base=main.' },
  );
}

function askGiven(revision: string): BaseQuestion {
  if (revision.trim() === '' || ZEROS.test(revision)) {
    throw new HephyError(
      'CHANGES_UNKNOWN',
      `--base is ${revision.trim() === '' ? 'empty' : 'zeros'}, which is no commit`,
      { hint: 'Name a commit or branch, as in --base=main, or leave --base out: in CI it is found.' },
    );
  }
  return { kind: 'given', revision };
}

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
function askGitlab(env: Env): BaseQuestion {
  if (env.CI_PIPELINE_SOURCE === 'schedule') return SCHEDULE;
  if (isSet(env.CI_MERGE_REQUEST_IID)) return askGitlabMergeRequest(env);
  if (isSet(env.CI_COMMIT_TAG)) return TAG;
  const external = readId(env, 'CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA');
  if (external !== undefined) return leftAt(env.CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME, external);
  const branch = env.CI_COMMIT_BRANCH ?? env.CI_COMMIT_REF_NAME;
  return askPush(readId(env, 'CI_COMMIT_BEFORE_SHA'), branch, env.CI_DEFAULT_BRANCH);
}

/** Pipelines of the result and of trains have merged the target in: with its tip nothing of others differs. The others have not. */
function askGitlabMergeRequest(env: Env): BaseQuestion {
  const target = env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME ?? 'its target';
  const merged = env.CI_MERGE_REQUEST_EVENT_TYPE !== 'detached';
  const tip = merged ? readId(env, 'CI_MERGE_REQUEST_TARGET_BRANCH_SHA') : undefined;
  if (tip !== undefined) {
    const what =
      env.CI_MERGE_REQUEST_EVENT_TYPE === 'merge_train'
        ? 'which is before this merge request in its train'
        : `the ${target} that this merge request is merged with here`;
    return { kind: 'commit', commit: tip, what, gone: 'error' };
  }
  const base = readId(env, 'CI_MERGE_REQUEST_DIFF_BASE_SHA');
  if (base !== undefined) {
    return { kind: 'commit', commit: base, what: `where this merge request left ${target}`, gone: 'error' };
  }
  return leftAt(env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME ?? env.CI_DEFAULT_BRANCH);
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */
function askGithub(env: Env, event: unknown): BaseQuestion {
  const name = env.GITHUB_EVENT_NAME ?? '';
  if (name === 'schedule') return SCHEDULE;
  if (name.startsWith('pull_request')) return askPullRequest(env, event);
  if (env.GITHUB_REF_TYPE === 'tag') return TAG;
  if (name === 'merge_group') {
    const commit = requireId(textAt(event, 'merge_group', 'base_sha'), 'base_sha of the merge group');
    return { kind: 'commit', commit, what: 'which is before this pull request in the merge queue', gone: 'error' };
  }
  const before = name === 'push' ? idOf(textAt(event, 'before'), '`before` of the push') : undefined;
  return askPush(before, env.GITHUB_REF_NAME, textAt(event, 'repository', 'default_branch'));
}

/**
 * `pull_request` checks out a merge with the base branch as it is now; what the event says of that branch may be older. `pull_request_target` and a checkout of one's own are something
 * else.
 */
function askPullRequest(env: Env, event: unknown): BaseQuestion {
  const branch = env.GITHUB_BASE_REF ?? textAt(event, 'pull_request', 'base', 'ref');
  const left = leftAt(branch, idOf(textAt(event, 'pull_request', 'base', 'sha'), 'base of the pull request'));
  const merge = idOf(env.GITHUB_SHA, 'GITHUB_SHA');
  if (merge === undefined || !/^refs\/pull\/\d+\/merge$/.test(env.GITHUB_REF ?? '')) return left;
  const what = `the ${branch ?? 'branch'} that this pull request is merged with here`;
  return { kind: 'first parent', merge, what, otherwise: left };
}

const SCHEDULE: BaseQuestion = {
  kind: 'everything',
  why: 'a schedule: nothing was pushed to compare with, all images are looked at',
};

/** A tag has no commit before it; what it names is on the default branch in most cases, and what they have in common would be itself. */
const TAG: BaseQuestion = {
  kind: 'everything',
  why: 'a tag: there is no commit before it, all images are looked at',
};

function askPush(before: string | undefined, branch: string | undefined, main: string | undefined): BaseQuestion {
  const name = branch ?? 'the branch';
  if (before !== undefined) {
    return { kind: 'commit', commit: before, what: `which ${name} was before this push`, gone: 'everything' };
  }
  if (!isSet(main)) return { kind: 'everything', why: 'nothing says what was before, or which branch is the default' };
  if (branch === main) {
    return { kind: 'everything', why: `nothing says what ${main} was before: its first push, or a run by hand` };
  }
  return { kind: 'merge base', with: { ref: `refs/heads/${main}` }, what: `where ${name} left ${main}` };
}

function leftAt(branch: string | undefined, commit?: string): BaseQuestion {
  const what = `where it left ${branch ?? 'its target'}`;
  if (commit !== undefined) return { kind: 'merge base', with: { commit }, what };
  if (!isSet(branch)) return { kind: 'everything', why: 'nothing says what this is to be merged into' };
  return { kind: 'merge base', with: { ref: `refs/heads/${branch}` }, what };
}

function readId(env: Env, name: string): string | undefined {
  return idOf(env[name], name);
}

function requireId(value: string | undefined, name: string): string {
  const id = idOf(value, name);
  if (id === undefined) throw notAnId(value ?? '', name);
  return id;
}

/** undefined: empty or zeros, by which CI systems say that there is none. */
function idOf(value: string | undefined, name: string): string | undefined {
  if (!isSet(value) || ZEROS.test(value)) return undefined;
  if (!ID.test(value)) throw notAnId(value, name);
  return value.toLowerCase();
}

function notAnId(value: string, name: string): HephyError {
  return new HephyError('CHANGES_UNKNOWN', `${name} is ${JSON.stringify(value)}, which is no commit`, {
    hint: 'The CI system sets it: take out what sets it anew, or name a commit or branch: --base=main.',
  });
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return typeof found === 'string' ? found : undefined;
}
