import { partOf, type HandedPlan } from '../handed-plan';
import type { GitlabSettings } from '../gitlab-settings';
import type { PipelinePlan, PlannedImage } from '../pipeline-plan';
import { hephyScript } from '../shell/hephy-script';
import type { NamedJob } from './job';
import { prepareJobName } from './job-names';
import { TEMPLATES } from './templates';

export interface PrepareJobs {
  readonly jobs: readonly NamedJob[];
  /** The job of an image, by the image's name. */
  readonly byImage: ReadonlyMap<string, string>;
}

/** One job for each source of contexts: an upstream's commit, the `context` target of a project. */
export function prepareJobs(
  plan: PipelinePlan,
  settings: GitlabSettings,
  write: (plan: HandedPlan) => string,
): PrepareJobs {
  const sources = new Map<string, PlannedImage[]>();
  for (const image of plan.images) {
    if (image.context?.kind !== 'prepared') continue;
    const source = JSON.stringify(image.context.source);
    sources.set(source, [...(sources.get(source) ?? []), image]);
  }
  const byImage = new Map<string, string>();
  const jobs = [...sources.values()].map((images): NamedJob => {
    const name = prepareJobName(images);
    for (const { image } of images) byImage.set(image, name);
    const projects = [...new Set(images.map(({ project }) => project))];
    const handed = partOf(
      plan.handed,
      images.flatMap(({ lineage }) => lineage),
    );
    return {
      name,
      job: {
        extends: TEMPLATES.hephy,
        stage: 'prepare',
        interruptible: true,
        needs: [],
        // By itself also where all its images are started by hand: then one start is enough. Where it fails, their builds may still be started, and say what is missing.
        ...(images.every(({ manual }) => manual) ? { allow_failure: true } : {}),
        artifacts: { paths: ['.hephy/contexts/'] },
        script: hephyScript({
          login: { ...settings, login: 'none' },
          repository: plan.repository,
          variables: settings.variables,
          plan: write(handed),
          command: ['context', '--plan', '.hephy/plan', '--output', '.hephy/contexts', ...projects],
        }),
      },
    };
  });
  return { jobs, byImage };
}
