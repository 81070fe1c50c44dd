type Env = Readonly<Record<string, string>>;

/** One pipeline: the name of a commit of `makeHistory` stands for its id, wherever it is. */
export interface BaseCase {
  readonly head: string;
  readonly branch?: string;
  /** Of the clone, one row each. undefined: whole. */
  readonly depths: readonly (number | undefined)[];
  readonly env: Env;
  readonly event?: unknown;
  readonly given?: string;
  /** The commit, everything, or an error's code. */
  readonly expected: string;
  /** What differs, where there is a commit. */
  readonly changed?: readonly string[];
  readonly why: string;
}

const ZEROS = '0'.repeat(40);
const GITLAB = { GITLAB_CI: 'true', CI: 'true', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: ZEROS };
const PUSH = { ...GITLAB, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' };
const BRANCH = { ...PUSH, CI_COMMIT_BRANCH: 'feature' };
const MERGE_REQUEST = {
  ...GITLAB,
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_MERGE_REQUEST_IID: '7',
  CI_MERGE_REQUEST_EVENT_TYPE: 'detached',
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
  CI_MERGE_REQUEST_DIFF_BASE_SHA: 'm3',
};
const MERGED = { ...MERGE_REQUEST, CI_MERGE_REQUEST_EVENT_TYPE: 'merged_result' };
const GITHUB = { GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_REF_NAME: 'main', GITHUB_REF_TYPE: 'branch' };
const PULL_REQUEST = { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request', GITHUB_BASE_REF: 'main' };
const MAIN = { default_branch: 'main' };
const ANY = [undefined, 1, 20];

/** With what each is compared, and what differs. */
export const BASE_CASES: Readonly<Record<string, BaseCase>> = {
  push: {
    ...{ head: 'm60', branch: 'main', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'm59' }, expected: 'm59' },
    changed: ['images/base/60'],
    why: 'which main was before this push',
  },
  'push of several commits': {
    ...{ head: 'm60', branch: 'main', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'm57' }, expected: 'm57' },
    changed: ['images/base/58', 'images/base/59', 'images/base/60'],
    why: 'which main was before this push',
  },
  'push, from far behind a shallow clone': {
    ...{ head: 'f2', branch: 'feature', depths: [1], env: { ...BRANCH, CI_COMMIT_BEFORE_SHA: 'm1' }, expected: 'm1' },
    changed: ['images/app/1', 'images/app/2', 'images/base/2', 'images/base/3'],
    why: 'which feature was before this push',
  },
  'first push of a branch': {
    ...{ head: 'f2', branch: 'feature', depths: ANY, env: BRANCH, expected: 'm3' },
    changed: ['images/app/1', 'images/app/2'],
    why: 'where feature left main',
  },
  'first push of a repository': {
    ...{ head: 'm60', branch: 'main', depths: ANY, env: PUSH, expected: 'everything' },
    why: 'nothing says what main was before',
  },
  'first push of a branch that has nothing of main': {
    ...{ head: 'orphan', branch: 'alone', depths: ANY, env: { ...BRANCH, CI_COMMIT_BRANCH: 'alone' } },
    ...{ expected: 'everything', why: 'nothing in common with' },
  },
  'force push, the old tip still there': {
    ...{ head: 'n1', branch: 'rewritten', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'lost' } },
    // What only the old tip had was published, too.
    ...{ expected: 'lost', changed: ['images/app/lost', 'images/app/n1', 'images/base/59', 'images/base/60'] },
    why: 'which main was before this push',
  },
  'force push, back to an earlier commit': {
    ...{ head: 'm58', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'm60' }, expected: 'm60' },
    changed: ['images/base/59', 'images/base/60'],
    why: 'which main was before this push',
  },
  'force push, the old tip gone': {
    ...{ head: 'n1', branch: 'rewritten', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'gone' } },
    ...{ expected: 'everything', why: 'is not in origin any more' },
  },
  'merge request': {
    ...{ head: 'f2', branch: 'feature', depths: ANY, env: MERGE_REQUEST, expected: 'm3' },
    changed: ['images/app/1', 'images/app/2'],
    why: 'where this merge request left main',
  },
  'merge request of which GitLab does not say the base': {
    ...{ head: 'f2', depths: ANY, env: { ...MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA: '' }, expected: 'm3' },
    changed: ['images/app/1', 'images/app/2'],
    why: 'where it left main',
  },
  'merge request whose base is gone': {
    ...{ head: 'f2', depths: ANY, env: { ...MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA: 'gone' } },
    ...{ expected: 'HISTORY_MISSING', why: 'origin does not have' },
  },
  'merged result': {
    ...{ head: 'merged', depths: ANY, env: { ...MERGED, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: 'm60' }, expected: 'm60' },
    changed: ['images/app/1', 'images/app/2'],
    why: 'the main that this merge request is merged with here',
  },
  'merge train': {
    ...{ head: 'trained', depths: ANY, expected: 'train' },
    env: { ...MERGED, CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train', CI_MERGE_REQUEST_TARGET_BRANCH_SHA: 'train' },
    changed: ['images/app/1', 'images/app/2'],
    why: 'before this merge request in its train',
  },
  tag: {
    ...{ head: 'm60', depths: ANY, env: { ...GITLAB, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: 'v1' } },
    ...{ expected: 'everything', why: 'a tag' },
  },
  schedule: {
    ...{ head: 'm60', branch: 'main', depths: ANY },
    env: { ...PUSH, CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_BEFORE_SHA: 'm59' },
    ...{ expected: 'everything', why: 'a schedule' },
  },
  'run by hand on main': {
    ...{ head: 'm60', branch: 'main', depths: ANY, env: { ...PUSH, CI_PIPELINE_SOURCE: 'web' } },
    ...{ expected: 'everything', why: 'a run by hand' },
  },
  'child pipeline of a push': {
    ...{ head: 'm60', branch: 'main', depths: ANY, expected: 'm59' },
    env: { ...PUSH, CI_PIPELINE_SOURCE: 'parent_pipeline', CI_COMMIT_BEFORE_SHA: 'm59' },
    ...{ changed: ['images/base/60'], why: 'which main was before this push' },
  },
  'deleted file': {
    ...{ head: 'deleted', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'f2' }, expected: 'f2' },
    ...{ changed: ['images/app/2'], why: 'which main was before this push' },
  },
  'renamed image directory': {
    ...{ head: 'renamed', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'f2' }, expected: 'f2' },
    changed: ['images/app/1', 'images/app/2', 'images/new/1', 'images/new/2'],
    why: 'which main was before this push',
  },
  'submodule, one that .gitmodules wants ignored': {
    ...{ head: 'moved', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'bound' }, expected: 'bound' },
    ...{ changed: ['images/app/src'], why: 'which main was before this push' },
  },
  'a file name that git quotes': {
    ...{ head: 'quoted', depths: ANY, env: { ...PUSH, CI_COMMIT_BEFORE_SHA: 'f2' }, expected: 'f2' },
    ...{ changed: ['images/app/é"'], why: 'which main was before this push' },
  },
  'no CI': {
    ...{ head: 'm60', depths: ANY, env: {}, expected: 'CHANGES_UNKNOWN', why: 'this is no job of GitLab CI' },
  },
  'a CI that we do not know': {
    ...{
      head: 'm60',
      depths: [1],
      env: { CI: 'true' },
      expected: 'CHANGES_UNKNOWN',
      why: 'this is no job of GitLab CI',
    },
  },
  'no CI, a branch named': {
    ...{ head: 'f2', depths: [undefined], env: {}, given: 'origin/main', expected: 'm3' },
    ...{ changed: ['images/app/1', 'images/app/2'], why: 'by --base=origin/main' },
  },
  'a commit named that is not here': {
    ...{ head: 'f2', depths: [1], env: {}, given: 'm60', expected: 'm3' },
    ...{ changed: ['images/app/1', 'images/app/2'], why: 'by --base=' },
  },
  'an empty base': {
    ...{ head: 'f2', depths: [1], env: PUSH, given: '', expected: 'CHANGES_UNKNOWN', why: '--base is empty' },
  },
  'a base of zeros': {
    ...{ head: 'f2', depths: [1], env: PUSH, given: ZEROS, expected: 'CHANGES_UNKNOWN', why: '--base is zeros' },
  },
  'a base that would be an option': {
    ...{
      head: 'f2',
      depths: [1],
      env: {},
      given: '--output=/tmp/x',
      expected: 'CHANGES_UNKNOWN',
      why: 'no commit here',
    },
  },
  'a variable that holds something else': {
    ...{ head: 'm60', depths: [1], env: { ...PUSH, CI_COMMIT_BEFORE_SHA: '--all' } },
    ...{ expected: 'CHANGES_UNKNOWN', why: 'CI_COMMIT_BEFORE_SHA is "--all"' },
  },
  'GitHub: push': {
    ...{ head: 'm60', depths: ANY, env: { ...GITHUB, GITHUB_EVENT_NAME: 'push' }, expected: 'm59' },
    event: { before: 'm59', repository: MAIN },
    ...{ changed: ['images/base/60'], why: 'which main was before this push' },
  },
  'GitHub: first push of a branch': {
    ...{ head: 'f2', depths: ANY, env: { ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'feature' } },
    event: { before: ZEROS, repository: MAIN },
    ...{ expected: 'm3', changed: ['images/app/1', 'images/app/2'], why: 'where feature left main' },
  },
  'GitHub: pull request': {
    ...{ head: 'merged', depths: ANY, expected: 'm60' },
    env: { ...PULL_REQUEST, GITHUB_REF: 'refs/pull/7/merge', GITHUB_SHA: 'merged' },
    // Older than what was merged.
    event: { pull_request: { base: { sha: 'm58', ref: 'main' } }, repository: MAIN },
    ...{ changed: ['images/app/1', 'images/app/2'], why: 'the main that this pull request is merged with here' },
  },
  'GitHub: pull request, its own commit checked out': {
    ...{ head: 'f2', depths: ANY, expected: 'm3' },
    env: { ...PULL_REQUEST, GITHUB_REF: 'refs/pull/7/merge', GITHUB_SHA: 'merged' },
    event: { pull_request: { base: { sha: 'm58', ref: 'main' } }, repository: MAIN },
    ...{ changed: ['images/app/1', 'images/app/2'], why: 'where it left main' },
  },
  'GitHub: merge queue': {
    ...{ head: 'trained', depths: ANY, env: { ...GITHUB, GITHUB_EVENT_NAME: 'merge_group' }, expected: 'train' },
    event: { merge_group: { base_sha: 'train' }, repository: MAIN },
    ...{ changed: ['images/app/1', 'images/app/2'], why: 'in the merge queue' },
  },
  'GitHub: tag': {
    ...{ head: 'm60', depths: ANY, env: { ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF_TYPE: 'tag' } },
    event: { before: ZEROS, repository: MAIN },
    ...{ expected: 'everything', why: 'a tag' },
  },
  'GitHub: schedule': {
    ...{ head: 'm60', depths: ANY, env: { ...GITHUB, GITHUB_EVENT_NAME: 'schedule' }, event: { repository: MAIN } },
    ...{ expected: 'everything', why: 'a schedule' },
  },
  'GitHub: run by hand': {
    ...{ head: 'm60', depths: ANY, env: { ...GITHUB, GITHUB_EVENT_NAME: 'workflow_dispatch' } },
    event: { repository: MAIN },
    ...{ expected: 'everything', why: 'a run by hand' },
  },
};
