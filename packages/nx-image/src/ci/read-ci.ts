import { createHash } from 'node:crypto';

/** What the CI system says of this run; everything that decides who may write which tags. */
export interface CiFacts {
  /** Whether this is CI at all. */
  readonly ci: boolean;
  /** When the pipeline began, ISO 8601 UTC: one date for all its jobs. */
  readonly started: string | undefined;
  /** A protected branch or tag, and no merge request. */
  readonly trusted: boolean;
  readonly mergeRequest: boolean;
  /** `mr<n>`: for a merge request its number; for another untrusted ref a number from its name, beyond those of merge requests. */
  readonly scope: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const NO_CI: CiFacts = { ci: false, started: undefined, trusted: false, mergeRequest: false, scope: undefined };

export function readCi(env: Env): CiFacts {
  if (env.GITLAB_CI === 'true') return readGitlab(env);
  if (env.GITHUB_ACTIONS === 'true') return readGithub(env);
  if (env.CI === undefined || env.CI === '' || env.CI === 'false') return NO_CI;
  return { ci: true, started: undefined, trusted: false, mergeRequest: false, scope: refScope('') };
}

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
function readGitlab(env: Env): CiFacts {
  const started = toUtc(env.CI_PIPELINE_CREATED_AT);
  const number = env.CI_MERGE_REQUEST_IID;
  if (number !== undefined && number !== '') return mergeRequest(number, started);
  const trusted = env.CI_COMMIT_REF_PROTECTED === 'true';
  return {
    ci: true,
    started,
    trusted,
    mergeRequest: false,
    scope: trusted ? undefined : refScope(env.CI_COMMIT_REF_NAME ?? ''),
  };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function readGithub(env: Env): CiFacts {
  const ref = env.GITHUB_REF ?? '';
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  if (number !== undefined) return mergeRequest(number, undefined);
  const event = env.GITHUB_EVENT_NAME ?? '';
  // The ref of a merge queue may be protected, and holds what nobody has merged yet.
  const trusted = env.GITHUB_REF_PROTECTED === 'true' && !event.startsWith('pull_request') && event !== 'merge_group';
  return { ci: true, started: undefined, trusted, mergeRequest: false, scope: trusted ? undefined : refScope(ref) };
}

function mergeRequest(number: string, started: string | undefined): CiFacts {
  const scope = /^\d{1,12}$/.test(number) ? `mr${number}` : refScope(number);
  return { ci: true, started, trusted: false, mergeRequest: true, scope };
}

function refScope(ref: string): string {
  return `mr${2 ** 32 + createHash('sha256').update(ref).digest().readUInt32BE(0)}`;
}

function toUtc(time: string | undefined): string | undefined {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
}
