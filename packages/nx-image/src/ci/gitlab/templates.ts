import type { GitlabSettings } from '../gitlab-settings';
import { BUILD_FUNCTIONS, HEPHY_FUNCTIONS } from '../shell/functions';
import type { GitlabJob } from './job';

/** What jobs extend, so that each says only what is its own. */
export const TEMPLATES = {
  kaniko: '.hephy-kaniko',
  buildah: '.hephy-buildah',
  hephy: '.hephy-node',
} as const;

/** What is lost with a runner is done again. What failed by itself, or took too long, would do so again. */
const RETRY = { max: 2, when: ['runner_system_failure', 'scheduler_failure', 'api_failure'] };
const KEPT = { when: 'always', expire_in: '1 week' } as const;

/** An id token is in the variable of this name: see `hephy_role`. */
export function templates(settings: GitlabSettings): Readonly<Record<string, GitlabJob>> {
  const { awsRole, awsAudience, jobTimeout } = settings;
  const common: GitlabJob = {
    retry: RETRY,
    ...(awsRole === undefined ? {} : { id_tokens: { HEPHY_ID_TOKEN: { aud: awsAudience } } }),
    artifacts: KEPT,
  };
  const building = (image: string): GitlabJob => ({
    stage: 'build',
    image: { name: image, entrypoint: [''] },
    interruptible: true,
    ...common,
    ...(jobTimeout === undefined ? {} : { timeout: jobTimeout }),
    before_script: [BUILD_FUNCTIONS],
  });
  return {
    [TEMPLATES.kaniko]: building(settings.kanikoImage),
    [TEMPLATES.buildah]: building(settings.buildahImage),
    [TEMPLATES.hephy]: {
      image: { name: settings.hephyImage, entrypoint: [''] },
      ...(settings.plainTags.length === 0 ? {} : { tags: settings.plainTags }),
      ...common,
      before_script: [...settings.install, HEPHY_FUNCTIONS],
    },
  };
}
