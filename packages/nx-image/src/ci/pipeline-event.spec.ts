import { readPipelineEvent } from './pipeline-event';

const GITLAB = { GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main' };
const MAIN = { ...GITLAB, CI_COMMIT_BRANCH: 'main' };
const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' };
const ASKS = { IMAGES: 'web, curl', FORCE_ALL: 'true' };

test.each([
  [{ ...MAIN, CI_PIPELINE_SOURCE: 'push' }, 'push', true],
  [{ ...GITLAB, CI_COMMIT_BRANCH: 'topic', CI_PIPELINE_SOURCE: 'push' }, 'push', false],
  [{ ...GITLAB, CI_MERGE_REQUEST_IID: '3', CI_PIPELINE_SOURCE: 'merge_request_event' }, 'merge request', false],
  [{ ...GITLAB, CI_COMMIT_TAG: 'v1', CI_PIPELINE_SOURCE: 'push' }, 'tag', false],
  [{ ...MAIN, CI_PIPELINE_SOURCE: 'schedule' }, 'schedule', true],
  [{ ...MAIN, CI_PIPELINE_SOURCE: 'web' }, 'asked', true],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'push' }, 'push', true],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'topic' }, 'push', false],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF_TYPE: 'tag' }, 'tag', false],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'pull_request' }, 'merge request', false],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'workflow_dispatch' }, 'asked', true],
  [{}, 'no CI', false],
])('%j', (env, kind, defaultBranch) => {
  const asked = ['schedule', 'asked', 'no CI'].includes(kind);
  expect(readPipelineEvent({ ...env, ...ASKS }, 'main')).toEqual({
    kind,
    defaultBranch,
    looksOnly: kind === 'tag',
    images: asked ? ['web', 'curl'] : undefined,
    forceAll: asked,
    unheard: asked ? [] : ['IMAGES', 'FORCE_ALL'],
  });
});

test.each([
  [{ ...MAIN, CI_PIPELINE_SOURCE: 'schedule' }, false],
  [{ ...MAIN, CI_COMMIT_BRANCH: 'release', CI_PIPELINE_SOURCE: 'schedule' }, true],
  [{ ...MAIN, CI_COMMIT_BRANCH: 'release', CI_PIPELINE_SOURCE: 'web' }, false],
  [{ ...GITLAB, CI_COMMIT_TAG: 'v1', CI_PIPELINE_SOURCE: 'web' }, true],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'schedule' }, false],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'workflow_dispatch' }, false],
  [{ ...GITHUB, GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_REF_TYPE: 'tag' }, true],
  [{ GITHUB_REF_TYPE: 'tag', CI_COMMIT_TAG: 'v1' }, false],
])('%j only looks: %j', (env, looksOnly) => {
  expect(readPipelineEvent(env, 'main').looksOnly).toBe(looksOnly);
});

test('what is empty or says no asks for nothing that could go unheard', () => {
  const env = { ...MAIN, CI_PIPELINE_SOURCE: 'push' };
  expect(readPipelineEvent({ ...env, IMAGES: ' ', FORCE_ALL: 'false' }).unheard).toEqual([]);
  expect(readPipelineEvent(env).unheard).toEqual([]);
});

test('GitHub without an event: a protected branch counts as the default one', () => {
  const env = { ...GITHUB, GITHUB_EVENT_NAME: 'push', IMAGES: ' ,' };
  expect(readPipelineEvent({ ...env, GITHUB_REF_PROTECTED: 'true' }).defaultBranch).toBe(true);
  expect(readPipelineEvent(env).defaultBranch).toBe(false);
});

test('FORCE_ALL in other words is no silent no', () => {
  const env = { ...MAIN, CI_PIPELINE_SOURCE: 'web' };
  expect(['', 'false', 'true'].map((FORCE_ALL) => readPipelineEvent({ ...env, FORCE_ALL }).forceAll)).toEqual([
    ...[false, false, true],
  ]);
  expect(() => readPipelineEvent({ ...env, FORCE_ALL: '1' })).toThrow('FORCE_ALL is "1", and has to be true or false');
  expect(readPipelineEvent({ ...env, CI_PIPELINE_SOURCE: 'push', FORCE_ALL: '1' }).forceAll).toBe(false);
});
