import { HephyError } from '../errors/hephy-error';
import type { GitlabSettings } from './gitlab-settings';
import { INSTALL_LINE } from './shell/install-line';

type Env = Readonly<Record<string, string | undefined>>;

/** Flags of `hephy pipeline gitlab`, without their dashes, and the variables that say the same where a flag is not given: what an input of the component becomes. */
export const GITLAB_FLAGS = {
  'kaniko-image': 'HEPHY_CI_KANIKO_IMAGE',
  'buildah-image': 'HEPHY_CI_BUILDAH_IMAGE',
  'hephy-image': 'HEPHY_CI_IMAGE',
  install: 'HEPHY_CI_INSTALL',
  tags: 'HEPHY_CI_TAGS',
  foreign: 'HEPHY_CI_FOREIGN',
  'publish-size': 'HEPHY_CI_PUBLISH_SIZE',
  'max-jobs': 'HEPHY_CI_MAX_JOBS',
  'max-yaml-size': 'HEPHY_CI_MAX_YAML_SIZE',
  'build-timeout': 'HEPHY_CI_BUILD_TIMEOUT',
  login: 'HEPHY_CI_LOGIN',
  'aws-role': 'HEPHY_CI_AWS_ROLE',
  'aws-region': 'HEPHY_CI_AWS_REGION',
  'aws-audience': 'HEPHY_CI_AWS_AUDIENCE',
} as const;

export type GitlabFlag = keyof typeof GITLAB_FLAGS;
export type GitlabFlags = Readonly<Partial<Record<GitlabFlag, string | undefined>>>;

/** What the component has as well. The images of builders are tags: the planner asks for their digests. */
const DEFAULTS: GitlabFlags = {
  'kaniko-image': 'ghcr.io/osscontainertools/kaniko:v1.28.3-debug',
  'buildah-image': 'quay.io/buildah/stable:v1.43.0',
  'hephy-image': 'node:20-bookworm',
  install: INSTALL_LINE,
  foreign: 'refuse',
  'publish-size': '20',
  'max-jobs': '1000',
  'max-yaml-size': '2',
  login: 'auto',
  'aws-audience': 'sts.amazonaws.com',
};

/** Of another unit GitLab makes no pipeline: https://docs.gitlab.com/ci/yaml/#timeout, https://gitlab.com/gitlab-org/ruby/gems/gitlab-chronic-duration */
const DURATION =
  /^(?:\d+(?:\.\d+)?\s*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)(?![a-z])\s*)+$/i;

/**
 * What the flags say, then the variables, then the defaults; an empty value is none. Runners by CICD_TAG and CICD_TAG_<ARCH>.
 * @param variables of the child pipeline
 * @throws HephyError OPTIONS_INVALID
 */
export function readGitlabSettings(
  env: Env,
  flags: GitlabFlags,
  variables: Readonly<Record<string, string>>,
): GitlabSettings {
  const read = (flag: GitlabFlag): Setting => readSetting(env, flags, flag);
  const plainTags = listOf(read('tags').value ?? env.CICD_TAG);
  return {
    kanikoImage: imageOf(read('kaniko-image')),
    buildahImage: imageOf(read('buildah-image')),
    hephyImage: imageOf(read('hephy-image')),
    install: (read('install').value ?? '').split('\n').filter((line) => line.trim() !== ''),
    runnerTags: runnerTags(env),
    plainTags,
    foreign: oneOf(read('foreign'), ['refuse', 'emulate']),
    login: oneOf(read('login'), ['auto', 'ecr', 'docker', 'none']),
    awsRole: matching(read('aws-role'), /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of a role'),
    awsRegion: matching(read('aws-region'), /^[a-z]{2}(?:-[a-z]+)+-\d+$/, 'a region, as eu-central-1'),
    awsAudience: read('aws-audience').value ?? '',
    publishSize: countOf(read('publish-size'), 1000),
    maxJobs: countOf(read('max-jobs'), 100_000),
    maxYamlSize: countOf(read('max-yaml-size'), 1000),
    jobTimeout: matching(read('build-timeout'), DURATION, 'a duration of GitLab, as 2h or 90 minutes'),
    variables,
  };
}

interface Setting {
  readonly value: string | undefined;
  /** For messages. */
  readonly source: string;
}

function readSetting(env: Env, flags: GitlabFlags, flag: GitlabFlag): Setting {
  const variable = GITLAB_FLAGS[flag];
  const given = flags[flag] ?? env[variable];
  return {
    value: given === undefined || given.trim() === '' ? DEFAULTS[flag] : given.trim(),
    source: `--${flag} (${variable})`,
  };
}

/** `amd64` is what runners are where nothing is said. */
function runnerTags(env: Env): Readonly<Record<string, readonly string[]>> {
  const named = Object.entries(env).flatMap(([name, value]) => {
    const architecture = /^CICD_TAG_([A-Z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
    const tags = listOf(value);
    return architecture === undefined || tags.length === 0 ? [] : [[architecture, tags] as const];
  });
  return { amd64: listOf(env.CICD_TAG), ...Object.fromEntries(named) };
}

/** With commas between; an input of the component is a JSON list, whose one item may be a variable with commas in it. */
function listOf(text = ''): readonly string[] {
  const bare = text.trim().replace(/^\[|\]$/g, '');
  return bare.split(',').flatMap((item) => {
    const tag = item.trim().replace(/^["']|["']$/g, '');
    return tag === '' ? [] : [tag];
  });
}

function imageOf({ value = '', source }: Setting): string {
  // eslint-disable-next-line no-control-regex -- no name of an image has them
  if (value !== '' && !/[\s\u0000-\u001f]/.test(value)) return value;
  throw wrong(source, value, 'an image');
}

function oneOf<T extends string>({ value = '', source }: Setting, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw wrong(source, value, `one of ${known.join(', ')}`);
}

function countOf({ value = '', source }: Setting, most: number): number {
  const count = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (count >= 1 && count <= most) return count;
  throw wrong(source, value, `a number from 1 to ${most}`);
}

function matching({ value, source }: Setting, form: RegExp, what: string): string | undefined {
  if (value === undefined || form.test(value)) return value;
  throw wrong(source, value, what);
}

function wrong(source: string, value: string, what: string): HephyError {
  return new HephyError('OPTIONS_INVALID', `${source} is ${JSON.stringify(value)}, and has to be ${what}`);
}
