import { partOf, type HandedPlan } from '../handed-plan';
import { errorText } from '../../report/error-text';
import type { GitlabSettings } from '../gitlab-settings';
import type { PipelinePlan } from '../pipeline-plan';
import { hephyScript } from '../shell/hephy-script';
import { quoteShell } from '../shell/quote';
import type { GitlabJob, GitlabNeed, NamedJob } from './job';
import { afterJobName, buildJobName, manualPublishJobName, publishJobName } from './job-names';
import { publishGroups, type PublishGroup } from './publish-groups';
import { TEMPLATES } from './templates';

/** Where `hephy publish` leaves its reports and results. */
const REPORTS = { paths: ['dist/hephy/', 'dist/images/'], reports: { junit: 'dist/hephy/report.xml' } };

/** Beside what stands before it, in 255: https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/ci/resource_group.rb */
const LONGEST_GROUP = 249;

/** They run whatever became of the builds: what is whole is published, and what is not is told. @throws HephyError PIPELINE_TOO_LARGE */
export function publishJobs(
  plan: PipelinePlan,
  settings: GitlabSettings,
  write: (plan: HandedPlan) => string,
): readonly NamedJob[] {
  const groups = publishGroups(plan.images, settings.publishSize);
  const names = new Map<PublishGroup, string>();
  let count = 0;
  for (const group of groups) {
    const [first] = group.images;
    names.set(group, group.manual && first ? manualPublishJobName(first.image) : publishJobName(++count));
  }
  const nameOf = (group: PublishGroup): string => names.get(group) ?? '';
  const awaited = new Set(groups.flatMap((group) => group.after.filter((before) => isLoose(group, before))));
  return groups.flatMap((group) => {
    const job = { name: nameOf(group), job: publishJob(plan, group, settings, write, nameOf) };
    return awaited.has(group) ? [job, afterJob(job.name, settings)] : [job];
  });
}

/**
 * Whether a job waits for another one whatever becomes of that, and whether or not all of what it waits for itself has run. GitLab has no such need: `always` begins at once where nobody has started a build, and
 * without it nothing runs after a job that failed because of some other image. So a job that cannot fail is between them; of what its image is FROM the publish job finds out by itself.
 */
function isLoose(group: PublishGroup, before: PublishGroup): boolean {
  return group.manual && !before.manual;
}

function afterJob(publishJob: string, { plainTags }: GitlabSettings): NamedJob {
  const line = `hephy: ${publishJob} is over. What is built by hand and FROM its images may be published now.`;
  return {
    name: afterJobName(publishJob),
    job: {
      extends: TEMPLATES.kaniko,
      stage: 'publish',
      ...(plainTags.length === 0 ? {} : { tags: plainTags }),
      when: 'always',
      needs: [{ job: publishJob, artifacts: false }],
      variables: { GIT_STRATEGY: 'none' },
      script: [`printf '%s\\n' ${quoteShell(line)}\n`],
    },
  };
}

function publishJob(
  plan: PipelinePlan,
  group: PublishGroup,
  settings: GitlabSettings,
  write: (plan: HandedPlan) => string,
  nameOf: (group: PublishGroup) => string,
): GitlabJob {
  const { run } = plan.handed;
  const { images, after, manual } = group;
  const builds = images.flatMap(({ image, builds }) => builds.map(({ platform }) => buildJobName(image, platform)));
  const published = after.map((before) => (isLoose(group, before) ? afterJobName(nameOf(before)) : nameOf(before)));
  const needs: GitlabNeed[] = [...builds, ...published.map((job) => ({ job, artifacts: false }) as const)];
  return {
    extends: TEMPLATES.hephy,
    stage: 'publish',
    ...whenOf(manual, builds.length > 0),
    needs,
    ...(run.push ? { resource_group: resourceGroup(plan.repository, run.scope) } : {}),
    artifacts: REPORTS,
    script: [
      ...plannedFailures(images),
      ...hephyScript({
        login: settings,
        repository: plan.repository,
        variables: settings.variables,
        plan: write(
          partOf(
            plan.handed,
            images.flatMap(({ lineage }) => lineage),
          ),
        ),
        command: ['publish', '--plan', '.hephy/plan', '--built', '.hephy/built', ...images.map(({ image }) => image)],
      }),
    ],
  };
}

/** What the planner found wrong: no job was made for it, and so nobody else says why it is not there. */
function plannedFailures(images: PublishGroup['images']): string[] {
  const failed = images.flatMap(({ image, failed: error }) =>
    error === undefined ? [] : [`${image}: ${errorText(error, { color: false })}`],
  );
  return failed.length === 0 ? [] : [`printf '%s\\n' ${quoteShell(failed.join('\n'))} >&2`];
}

/** By hand only where nothing else of the image is: `always` would not wait for builds that nobody has started. */
function whenOf(manual: boolean, built: boolean): Pick<GitlabJob, 'when' | 'allow_failure'> {
  if (!manual) return { when: 'always' };
  return built ? {} : { when: 'manual', allow_failure: true };
}

/** One job at a time writes tags of one repository and scope: https://docs.gitlab.com/ci/resource_groups/. Of a longer name, GitLab makes none and says nothing. */
function resourceGroup(repository: string, scope: string | undefined): string {
  const name = `${repository} ${scope ?? 'trusted'}`.replace(/[^\w./ -]/g, '-');
  return `hephy ${name.slice(-LONGEST_GROUP)}`;
}
