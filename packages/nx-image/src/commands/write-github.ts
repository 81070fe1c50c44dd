import { join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import type { GithubSettings } from '../ci/github/github-settings';
import { renderGithub } from '../ci/github/render-github';
import type { PipelinePlan } from '../ci/pipeline-plan';
import type { Image } from '../config/build-config';
import { imageProjects } from '../inference/image-projects';
import { imageTargets } from '../inference/image-targets';
import { writeHandedPlan } from '../run/handed/plan-text';
import { writeWhole } from '../run/result-file';

/** What the jobs of the generated workflow read, as files of a directory: `plan`, `outputs`, `publish`, `summary.md`. @throws HephyError of `renderGithub` */
export function writeGithub(
  directory: string,
  plan: PipelinePlan,
  settings: GithubSettings,
  { images, graph }: { readonly images: readonly Image[]; readonly graph: ProjectGraph },
): void {
  const byName = new Map(images.map((image) => [image.name, image]));
  const { nameOf } = imageProjects(graph);
  const rendered = renderGithub(
    plan,
    (name) => {
      const image = byName.get(name);
      if (image === undefined) throw new Error(`${name} is planned, and no image`);
      return imageTargets(image, nameOf(image.root), graph.nodes);
    },
    settings,
  );
  const handed = { ...plan.handed, run: { ...plan.handed.run, publishes: rendered.published } };
  writeWhole(join(directory, 'plan'), `${writeHandedPlan(handed)}\n`);
  writeWhole(join(directory, 'outputs'), rendered.outputs);
  writeWhole(join(directory, 'publish'), rendered.publish);
  writeWhole(join(directory, 'summary.md'), rendered.summary);
}
