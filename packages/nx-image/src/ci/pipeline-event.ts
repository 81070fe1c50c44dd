import { HephyError } from '../errors/hephy-error';

/** What began a pipeline, as far as it decides which images it is about. */
export interface PipelineEvent {
  /** `asked`: somebody or something started it without a push: by hand, by the API, a schedule. */
  readonly kind: 'merge request' | 'push' | 'tag' | 'schedule' | 'asked' | 'no CI';
  /** Of the default branch, as it is after all merges. */
  readonly defaultBranch: boolean;
  /**
   * A tag, or a schedule of another branch than the default one: nothing was pushed to compare with, and what was published since of other commits is to stay. Such a pipeline
   * looks at all images, and is about none.
   */
  readonly looksOnly: boolean;
  /** Words of `IMAGES`, where somebody may ask for images; undefined: nobody has. */
  readonly images: readonly string[] | undefined;
  /** `FORCE_ALL=true`, where somebody may ask for it. */
  readonly forceAll: boolean;
  /** Of those two, by name, what is set where nobody may ask by it. */
  readonly unheard: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** By GitLab's CI_PIPELINE_SOURCE: what no push and no merge request began. */
const ASKED = ['api', 'chat', 'pipeline', 'trigger', 'web', 'webide'];

/**
 * `IMAGES` and `FORCE_ALL` count where somebody asks for a pipeline, schedules included: a push and a merge request build what they changed.
 * @param defaultBranch of GitHub's event, where the environment does not have it
 * @throws HephyError OPTIONS_INVALID
 */
export function readPipelineEvent(env: Env, defaultBranch?: string): PipelineEvent {
  const { kind, onDefault } = readKind(env, defaultBranch);
  const onTag = kind === 'tag' || (kind === 'asked' && isOnTag(env));
  const asked = kind === 'schedule' || kind === 'asked' || kind === 'no CI';
  const words = (env.IMAGES ?? '').split(/[\s,]+/).filter((word) => word !== '');
  return {
    kind,
    defaultBranch: onDefault,
    looksOnly: onTag || (kind === 'schedule' && !onDefault),
    images: asked && words.length > 0 ? words : undefined,
    forceAll: asked && readForceAll(env),
    unheard: asked ? [] : [...(words.length > 0 ? ['IMAGES'] : []), ...(isForced(env) ? ['FORCE_ALL'] : [])],
  };
}

/** Whoever asks in other words is not left without what they asked for. */
function readForceAll({ FORCE_ALL: given = '' }: Env): boolean {
  if (!['', 'true', 'false'].includes(given)) {
    throw new HephyError('OPTIONS_INVALID', `FORCE_ALL is ${JSON.stringify(given)}, and has to be true or false`);
  }
  return given === 'true';
}

function isForced({ FORCE_ALL: given = '' }: Env): boolean {
  return given !== '' && given !== 'false';
}

function readKind(
  env: Env,
  main: string | undefined,
): { readonly kind: PipelineEvent['kind']; readonly onDefault: boolean } {
  if (env.GITLAB_CI === 'true') {
    const source = env.CI_PIPELINE_SOURCE ?? '';
    const onDefault = isSet(env.CI_COMMIT_BRANCH) && env.CI_COMMIT_BRANCH === env.CI_DEFAULT_BRANCH;
    if (isSet(env.CI_MERGE_REQUEST_IID) || source.startsWith('external_pull_request')) {
      return { kind: 'merge request', onDefault: false };
    }
    if (source === 'schedule') return { kind: 'schedule', onDefault };
    if (ASKED.includes(source)) return { kind: 'asked', onDefault };
    return isOnTag(env) ? { kind: 'tag', onDefault: false } : { kind: 'push', onDefault };
  }
  if (env.GITHUB_ACTIONS === 'true') {
    const event = env.GITHUB_EVENT_NAME ?? '';
    const isBranch = !isOnTag(env);
    const onDefault =
      isBranch && (main === undefined ? env.GITHUB_REF_PROTECTED === 'true' : env.GITHUB_REF_NAME === main);
    if (event.startsWith('pull_request') || event === 'merge_group') return { kind: 'merge request', onDefault: false };
    if (event === 'schedule') return { kind: 'schedule', onDefault };
    if (event === 'workflow_dispatch' || event === 'repository_dispatch') return { kind: 'asked', onDefault };
    return isBranch ? { kind: 'push', onDefault } : { kind: 'tag', onDefault: false };
  }
  return { kind: 'no CI', onDefault: false };
}

function isOnTag(env: Env): boolean {
  return env.GITLAB_CI === 'true' ? isSet(env.CI_COMMIT_TAG) : env.GITHUB_REF_TYPE === 'tag';
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
