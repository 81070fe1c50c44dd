import { decidePublishing } from './decide-publishing';
import type { HandedRun } from './handed-plan';
import { readCi } from './read-ci';

const GITLAB = {
  GITLAB_CI: 'true',
  CI: 'true',
  CI_PIPELINE_CREATED_AT: '2026-11-20T23:59:58+02:00',
  CI_COMMIT_REF_NAME: 'main',
};
const CLEAN = { local: false, asked: false, dirty: false, commit: 'a'.repeat(40), changed: [] };

describe('readCi', () => {
  it.each([
    ['no CI', {}, { ci: false, trusted: false, scope: undefined }],
    ['CI=false', { CI: 'false' }, { ci: false }],
    ['a CI that we do not know', { CI: 'true' }, { ci: true, trusted: false, mergeRequest: false }],
    [
      'GitLab, protected branch',
      { ...GITLAB, CI_COMMIT_REF_PROTECTED: 'true' },
      { ci: true, trusted: true, scope: undefined },
    ],
    ['GitLab, other branch', GITLAB, { ci: true, trusted: false, mergeRequest: false }],
    [
      'GitLab, merge request of a protected branch',
      { ...GITLAB, CI_COMMIT_REF_PROTECTED: 'true', CI_MERGE_REQUEST_IID: '12' },
      { trusted: false, mergeRequest: true, scope: 'mr12' },
    ],
    [
      'GitHub, protected branch',
      { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/main', GITHUB_REF_PROTECTED: 'true' },
      { trusted: true },
    ],
    [
      'GitHub, pull request',
      { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/pull/7/merge', GITHUB_REF_PROTECTED: 'true' },
      { trusted: false, scope: 'mr7' },
    ],
    [
      'GitHub, pull_request_target on a protected branch',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_REF: 'refs/heads/main',
        GITHUB_REF_PROTECTED: 'true',
        GITHUB_EVENT_NAME: 'pull_request_target',
      },
      { trusted: false },
    ],
    [
      'GitHub, merge queue of a protected branch',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-7-0123',
        GITHUB_REF_PROTECTED: 'true',
        GITHUB_EVENT_NAME: 'merge_group',
      },
      { trusted: false, mergeRequest: false },
    ],
  ])('%s', (_, env, expected) => {
    expect(readCi(env)).toMatchObject(expected);
  });

  it('has the date of the pipeline, in UTC', () => {
    expect(readCi(GITLAB).started).toBe('2026-11-20T21:59:58.000Z');
  });

  it('gives untrusted branches scopes of their own, beyond the numbers of merge requests', () => {
    const scopes = ['a', 'b', 'mr12'].map(
      (CI_COMMIT_REF_NAME) => readCi({ ...GITLAB, CI_COMMIT_REF_NAME }).scope ?? '',
    );
    expect(new Set(scopes).size).toBe(3);
    for (const scope of scopes) expect(Number(/^mr(\d+)$/.exec(scope)?.[1])).toBeGreaterThanOrEqual(2 ** 32);
  });
});

describe('decidePublishing', () => {
  const none = readCi({});
  const protectedBranch = readCi({ ...GITLAB, CI_COMMIT_REF_PROTECTED: 'true' });
  const branch = readCi(GITLAB);
  const mergeRequest = readCi({ ...GITLAB, CI_MERGE_REQUEST_IID: '12' });

  it.each([
    ['a developer: builds, moves no public tag', none, CLEAN, { publish: false, scope: undefined }],
    ['a developer who asks', none, { ...CLEAN, asked: true }, { publish: true, scope: undefined }],
    ['a developer with a changed tree', none, { ...CLEAN, dirty: true }, { publish: false, scope: undefined }],
    [
      'the local registry, whatever the tree',
      none,
      { ...CLEAN, local: true, dirty: true, commit: undefined },
      { publish: true, scope: undefined },
    ],
    ['a protected branch', protectedBranch, CLEAN, { publish: true, scope: undefined }],
    ['another branch', branch, CLEAN, { publish: false, scope: branch.scope }],
    ['another branch that asks', branch, { ...CLEAN, asked: true }, { publish: true, scope: undefined }],
    ['a merge request, even one that asks', mergeRequest, { ...CLEAN, asked: true }, { publish: false, scope: 'mr12' }],
  ])('%s', (_, ci, run, expected) => {
    expect(decidePublishing(ci, run)).toEqual(expected);
  });

  it.each([
    ['PUBLISH_DIRTY', none, { ...CLEAN, asked: true, dirty: true, changed: ['a/Dockerfile'] }, 'HEPHY_PUBLISH=true'],
    ['PUBLISH_DIRTY', protectedBranch, { ...CLEAN, dirty: true }, 'in this job'],
    ['PUBLISH_NO_COMMIT', none, { ...CLEAN, asked: true, commit: undefined }, 'Commit first'],
  ])('refuses with %s', (code, ci, run, hint) => {
    expect(() => decidePublishing(ci, run)).toThrow(
      expect.objectContaining({ code, hint: expect.stringContaining(hint) as string }) as Error,
    );
  });
});

describe('decidePublishing in a job of a pipeline', () => {
  const trusted = readCi({ ...GITLAB, CI_COMMIT_REF_PROTECTED: 'true' });
  const mergeRequest = readCi({ ...GITLAB, CI_MERGE_REQUEST_IID: '12' });
  const handed: HandedRun = {
    ...{ id: '0123456789ab', started: '2026-11-20T21:59:58.000Z', commit: 'a'.repeat(40) },
    ...{ publish: true, push: true },
  };
  const ofMergeRequest: HandedRun = { ...handed, publish: false, scope: 'mr7' };
  const dirty = { ...CLEAN, dirty: true };

  it.each([
    ['both trusted', trusted, CLEAN, handed, { publish: true, scope: undefined }],
    ['an untrusted job of a trusted plan', mergeRequest, CLEAN, handed, { publish: false, scope: 'mr12' }],
    ['a trusted job of a merge request’s plan', trusted, CLEAN, ofMergeRequest, { publish: false, scope: 'mr7' }],
    ['a job of another merge request', mergeRequest, CLEAN, ofMergeRequest, { publish: false, scope: 'mr12' }],
    ['a plan that publishes nothing', trusted, dirty, { ...handed, publish: false }, { publish: false }],
    ['a plan that pushes nothing', trusted, CLEAN, { ...handed, push: false }, { publish: false }],
    ['the local registry', readCi({}), { ...CLEAN, local: true }, ofMergeRequest, { publish: false, scope: 'mr7' }],
    ['a developer with a trusted plan', readCi({}), CLEAN, handed, { publish: false, scope: undefined }],
  ])('%s', (_, ci, run, plan, expected) => {
    expect(decidePublishing(ci, run, plan)).toMatchObject(expected);
  });

  it('is refused for a changed tree where the plan publishes', () => {
    expect(() => decidePublishing(trusted, dirty, handed)).toThrow(
      expect.objectContaining({ code: 'PUBLISH_DIRTY' }) as Error,
    );
  });
});
