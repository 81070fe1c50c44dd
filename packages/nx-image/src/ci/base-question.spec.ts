import { askForBase } from './base-question';

// What git makes of these questions, in each kind of pipeline: integration/changes.spec.ts.
const ID = '0123456789abcdef'.repeat(4).slice(0, 40);
const LONG = '0123456789abcdef'.repeat(4);
const GITLAB = { GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main' };
const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_REF_NAME: 'main', GITHUB_EVENT_NAME: 'push' };

describe('askForBase', () => {
  it.each([
    ['a commit in capitals', { ...GITLAB, CI_COMMIT_BEFORE_SHA: ID.toUpperCase() }, { kind: 'commit', commit: ID }],
    ['a commit of SHA-256', { ...GITLAB, CI_COMMIT_BEFORE_SHA: LONG }, { kind: 'commit', commit: LONG }],
    ['zeros of SHA-256', { ...GITLAB, CI_COMMIT_BEFORE_SHA: '0'.repeat(64) }, { kind: 'everything' }],
    ['no commit before at all', GITLAB, { kind: 'everything' }],
    ['no default branch: it may be this one', { GITLAB_CI: 'true', CI_COMMIT_BRANCH: 'x' }, { kind: 'everything' }],
    [
      'a branch whose pipeline says its ref only',
      { GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_REF_NAME: 'x' },
      { kind: 'merge base', with: { ref: 'refs/heads/main' }, what: 'where x left main' },
    ],
    [
      'a pull request of GitHub in GitLab',
      { ...GITLAB, CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA: ID, CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME: 'dev' },
      { kind: 'merge base', with: { commit: ID }, what: 'where it left dev' },
    ],
    [
      'a merged result of which GitLab does not say the target',
      {
        ...GITLAB,
        CI_MERGE_REQUEST_IID: '1',
        CI_MERGE_REQUEST_EVENT_TYPE: 'merged_result',
        CI_MERGE_REQUEST_DIFF_BASE_SHA: ID,
      },
      { kind: 'commit', commit: ID, gone: 'error' },
    ],
    [
      'a merge request of which GitLab says nothing',
      { GITLAB_CI: 'true', CI_MERGE_REQUEST_IID: '1' },
      { kind: 'everything' },
    ],
  ])('GitLab, %s', (_, env, expected) => {
    expect(askForBase(env)).toMatchObject(expected);
  });

  it.each([
    ['no event', GITHUB, undefined, { kind: 'everything' }],
    ['an event that is none', GITHUB, [null], { kind: 'everything' }],
    [
      'a pull request by pull_request_target',
      { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: ID },
      { pull_request: { base: { sha: LONG, ref: 'main' } } },
      { kind: 'merge base', with: { commit: LONG } },
    ],
  ])('GitHub, %s', (_, env, event, expected) => {
    expect(askForBase(env, event)).toMatchObject(expected);
  });

  it.each([
    ['a merge queue without a base', { ...GITHUB, GITHUB_EVENT_NAME: 'merge_group' }, { merge_group: {} }],
    ['a push from something else', GITHUB, { before: 'main; rm -rf /' }],
    ['a hostile variable', { ...GITLAB, CI_COMMIT_BEFORE_SHA: `--upload-pack=x\n${ID}` }, undefined],
  ])('refuses %s', (_, env, event) => {
    expect(() => askForBase(env, event)).toThrow(expect.objectContaining({ code: 'CHANGES_UNKNOWN' }) as Error);
  });
});
