/** What GitLab tells jobs of a pipeline, by what began it. */
export const CREATED = '2026-11-20T10:00:00Z';
/** A push to the protected default branch. */
export const MAIN = {
  ...{ GITLAB_CI: 'true', CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_PIPELINE_CREATED_AT: CREATED },
  ...{ CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_REF_PROTECTED: 'true' },
};
/** Protected, and not the default one. */
export const RELEASE = { ...MAIN, CI_COMMIT_BRANCH: 'release/1' };
export const MERGE_REQUEST = { ...MAIN, CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '12' };
export const SCHEDULE = { ...MAIN, CI_PIPELINE_SOURCE: 'schedule' };
export const BY_HAND = { ...MAIN, CI_PIPELINE_SOURCE: 'web' };
