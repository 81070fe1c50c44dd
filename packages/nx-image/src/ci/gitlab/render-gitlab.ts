import { HephyError } from '../../errors/hephy-error';
import { nothingToDoText } from '../../report/left-alone-text';
import type { GitlabSettings } from '../gitlab-settings';
import type { HandedPlan } from '../handed-plan';
import type { PipelinePlan } from '../pipeline-plan';
import { quoteShell } from '../shell/quote';
import { buildJobs } from './build-jobs';
import type { GitlabJob, NamedJob } from './job';
import { packBuilds } from './pack-builds';
import { parsedSize } from './parsed-size';
import { prepareJobs } from './prepare-jobs';
import { publishJobs } from './publish-jobs';
import { refuseForeign } from './runner-tags';
import { templates, TEMPLATES } from './templates';
import { yamlText } from './yaml-text';

export interface GitlabPipeline {
  /** YAML. */
  readonly text: string;
  readonly jobs: number;
  readonly bytes: number;
}

/** Of the artifact that a child pipeline is made of: https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#dynamic-child-pipelines */
const MOST_BYTES = 5 * 1000 * 1000;

const MEGABYTE = 1024 * 1024;
/** Of what GitLab takes: beyond, scripts of builds are packed. */
const AMPLE = 0.5;

/**
 * The child pipeline. `write` makes the text of a handed plan. GitLab replaces nothing that stands in a script; where it would, nothing of the user's stands.
 * @throws HephyError PIPELINE_TOO_LARGE, EMULATION_MISSING, OPTIONS_INVALID
 */
export function renderGitlab(
  plan: PipelinePlan,
  settings: GitlabSettings,
  write: (plan: HandedPlan) => string,
): GitlabPipeline {
  refuseExpanded(settings);
  refuseForeign(plan.images, settings);
  const prepare = prepareJobs(plan, settings, write);
  const builds = buildJobs(plan, settings, prepare.byImage);
  const publish = publishJobs(plan, settings, write);
  const jobs = [...prepare.jobs, ...builds.flatMap((image) => image.jobs), ...publish];
  const more = jobs.some(({ job }) => startsByItself(job)) ? [] : [nothingToDo(plan, settings)];
  refuseMany(jobs.length + more.length, settings.maxJobs);
  const text = yamlText(
    fitting([...jobs, ...more], () => [...prepare.jobs, ...builds.flatMap(packBuilds), ...publish, ...more], settings),
  );
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) {
    throw tooLarge(
      `the pipeline has ${(bytes / 1e6).toFixed(1)} MB, and GitLab takes ${MOST_BYTES / 1e6} MB`,
      'Build fewer images at once (IMAGES=a,b in a pipeline that is started by hand); shorten build arguments and Dockerfiles that are very long.',
    );
  }
  return { text, jobs: jobs.length + more.length, bytes };
}

/** As it is read best, where GitLab takes that; else with the scripts of builds packed: there are many of them, and they are long. @throws HephyError PIPELINE_TOO_LARGE */
function fitting(jobs: readonly NamedJob[], pack: () => readonly NamedJob[], settings: GitlabSettings): object {
  const most = settings.maxYamlSize * MEGABYTE;
  const plain = pipeline(jobs, settings);
  if (parsedSize(plain) <= AMPLE * most) return plain;
  const small = pipeline(pack(), settings);
  const size = parsedSize(small);
  if (size <= most) return small;
  throw tooLarge(
    `GitLab would take the pipeline for ${(size / MEGABYTE).toFixed(1)} MB of YAML, and it takes ${settings.maxYamlSize} MB`,
    'Build fewer images at once (IMAGES=a,b in a pipeline that is started by hand); or raise the input `max_yaml_size`, if the administrators of your GitLab have raised its own limit, `max_yaml_size_bytes`.',
  );
}

function pipeline(jobs: readonly NamedJob[], settings: GitlabSettings): object {
  const used = new Set(jobs.map(({ job }) => job.extends));
  return {
    workflow: { rules: [{ when: 'always' }] },
    stages: ['prepare', 'build', 'publish'],
    variables: Object.fromEntries(
      Object.entries(settings.variables).map(([name, value]) => [name, { value, expand: false }]),
    ),
    ...Object.fromEntries(Object.entries(templates(settings)).filter(([name]) => used.has(name))),
    ...Object.fromEntries(jobs.map(({ name, job }): [string, GitlabJob] => [name, job])),
  };
}

/** What waits for such a job alone is skipped, as long as nobody starts that. */
function startsByItself({ when, needs = [] }: GitlabJob): boolean {
  return when !== 'manual' && (when === 'always' || needs.length === 0);
}

/** GitLab takes no pipeline without a job, and one of which nothing has run for failed: https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/ci/bridge.rb */
function nothingToDo({ images, why, ...counts }: PipelinePlan, { plainTags }: GitlabSettings): NamedJob {
  const line = `hephy: ${nothingToDoText(counts, images.length, why)}`;
  return {
    name: 'nothing to do',
    job: {
      extends: TEMPLATES.kaniko,
      ...(plainTags.length === 0 ? {} : { tags: plainTags }),
      needs: [],
      variables: { GIT_STRATEGY: 'none' },
      script: [`printf '%s\\n' ${quoteShell(line)}\n`],
    },
  };
}

function refuseMany(count: number, most: number): void {
  if (count <= most) return;
  throw tooLarge(
    `the pipeline would have ${count} jobs, and ${most} are allowed`,
    'Raise the input `max_jobs`, if GitLab takes so many; or build fewer images at once (IMAGES=a,b in a pipeline that is started by hand).',
  );
}

/** GitLab replaces variables in what is an image and what is a tag of a runner. What these hold was replaced before the planner ran. */
function refuseExpanded({ kanikoImage, buildahImage, hephyImage, runnerTags, plainTags }: GitlabSettings): void {
  const found = [kanikoImage, buildahImage, hephyImage, ...plainTags, ...Object.values(runnerTags).flat()].find(
    (text) => text.includes('$'),
  );
  if (found === undefined) return;
  throw new HephyError('OPTIONS_INVALID', `${JSON.stringify(found)} names a variable that this job does not have`, {
    hint: 'Images and runner tags are written out, or name variables that the planning job has.',
  });
}

function tooLarge(message: string, hint: string): HephyError {
  return new HephyError('PIPELINE_TOO_LARGE', message, { hint });
}
