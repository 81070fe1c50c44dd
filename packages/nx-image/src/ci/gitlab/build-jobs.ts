import { HephyError } from '../../errors/hephy-error';
import { builtDirectory } from '../built-files';
import type { GitlabSettings } from '../gitlab-settings';
import type { PipelinePlan, PlannedBuild, PlannedImage } from '../pipeline-plan';
import { buildScript } from '../shell/build-script';
import { MOST_NEEDS, type GitlabJob, type NamedJob } from './job';
import { buildJobName } from './job-names';
import { findRunnerTags } from './runner-tags';
import { TEMPLATES } from './templates';

/** Time for all but the builder: the checkout, the context, artifacts. */
const SPARE_MINUTES = 15;

/** Of one image. */
export interface BuildJobs {
  readonly image: string;
  readonly jobs: readonly NamedJob[];
}

/**
 * One job a platform. It waits for the job that prepares its context and for those that build what it is FROM, and for nothing else.
 * @param prepareJobs by image
 * @throws HephyError PIPELINE_TOO_LARGE
 */
export function buildJobs(
  { images, handed }: PipelinePlan,
  settings: GitlabSettings,
  prepareJobs: ReadonlyMap<string, string>,
): readonly BuildJobs[] {
  return images.map((image) => ({
    image: image.image,
    jobs: image.builds.map((build) => ({
      name: buildJobName(image.image, build.platform),
      job: {
        ...buildJob(image, build, settings, prepareJobs.get(image.image)),
        script: [buildScript(image, build, { run: handed.run.id, login: settings })],
      },
    })),
  }));
}

function buildJob(
  image: PlannedImage,
  build: PlannedBuild,
  settings: GitlabSettings,
  prepareJob: string | undefined,
): GitlabJob {
  const tags = findRunnerTags(build, settings) ?? [];
  const needs = needsOf(image, build, prepareJob);
  return {
    extends: TEMPLATES[build.builder],
    ...(tags.length === 0 ? {} : { tags }),
    ...whenOf(image, needs),
    needs,
    ...timeoutOf(build, settings),
    // All that it needs of the repository is in what was prepared.
    ...(image.context?.kind === 'prepared' ? { variables: { GIT_STRATEGY: 'none' } } : {}),
    artifacts: { paths: [`.hephy/built/${builtDirectory(image.image, build.platform)}/`] },
  };
}

/**
 * It runs also where a job that it needs failed, and says so: were it skipped, the job that publishes it would begin at once, for `always` waits for nothing once one of its needs is skipped:
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/ci/status/composite.rb
 */
function whenOf({ manual }: PlannedImage, needs: readonly string[]): Pick<GitlabJob, 'when' | 'allow_failure'> {
  if (manual) return { when: 'manual', allow_failure: true };
  return needs.length === 0 ? {} : { when: 'always' };
}

function needsOf(image: PlannedImage, build: PlannedBuild, prepareJob: string | undefined): readonly string[] {
  const parents = build.pending.map((base) => buildJobName(base.image, base.platform));
  const needs = [...(prepareJob === undefined ? [] : [prepareJob]), ...new Set(parents)];
  if (needs.length <= MOST_NEEDS) return needs;
  throw new HephyError(
    'PIPELINE_TOO_LARGE',
    `${image.image} is FROM ${parents.length} images of this pipeline, and a job of GitLab waits for ${MOST_NEEDS} others at most`,
    {
      where: { file: image.root },
      hint: 'Build some of them first: push what changes them before what changes this image.',
    },
  );
}

/** The builder's own time is up before GitLab's, so that the job can say so. */
function timeoutOf(build: PlannedBuild, { jobTimeout }: GitlabSettings): Pick<GitlabJob, 'timeout'> {
  if (jobTimeout !== undefined || build.timeout === undefined) return {};
  return { timeout: `${Math.ceil(build.timeout / 60_000) + SPARE_MINUTES} minutes` };
}
