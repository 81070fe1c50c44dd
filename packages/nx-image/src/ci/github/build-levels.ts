import { HephyError } from '../../errors/hephy-error';
import type { PlannedImage } from '../pipeline-plan';
import type { GithubSettings } from './github-settings';
import type { ImageTargets } from './image-targets';
import { joinJobs, matrixJob, type MatrixJob } from './matrix-job';

/** A matrix makes no more: https://docs.github.com/en/actions/reference/limits */
export const MOST_JOBS = 256;

/**
 * Builds by their depth in the FROM graph: a level needs the one before it alone. Of a level that is larger than a matrix may be, jobs build several images each.
 * @throws HephyError WORKFLOW_OUTDATED
 */
export function buildLevels(
  images: readonly PlannedImage[],
  targetsOf: (image: string) => ImageTargets,
  settings: GithubSettings,
): readonly (readonly MatrixJob[])[] {
  const depths = depthsOf(images);
  const levels: MatrixJob[][] = [];
  for (const image of images) {
    const targets = targetsOf(image.image);
    const jobs = image.builds.map((build) => matrixJob(image, build, targets, settings));
    const level = depths.get(image.image) ?? 0;
    while (jobs.length > 0 && levels.length < level) levels.push([]);
    levels[level - 1]?.push(...jobs);
  }
  if (levels.length > settings.levels) throw tooFew(images, depths, levels.length, settings.levels);
  return levels.map(fit);
}

/** From 1; images of which nothing is built are as deep as what they are FROM. Parents stand first. */
function depthsOf(images: readonly PlannedImage[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const { image, parents, builds } of images) {
    const below = Math.max(0, ...parents.map((parent) => depths.get(parent) ?? 0));
    depths.set(image, below + (builds.length > 0 ? 1 : 0));
  }
  return depths;
}

function fit(jobs: readonly MatrixJob[]): readonly MatrixJob[] {
  const groups = new Map<string, MatrixJob[]>();
  for (const job of jobs) {
    const key = JSON.stringify([job.target, job.runner, job.packages]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [job]);
    else group.push(job);
  }
  for (let size = 1; ; size += 1) {
    const needed = [...groups.values()].reduce((sum, group) => sum + Math.ceil(group.length / size), 0);
    if (needed > MOST_JOBS && groups.size <= MOST_JOBS) continue;
    return [...groups.values()].flatMap((group) => chunks(group, size)).map(joinJobs);
  }
}

function chunks(jobs: readonly MatrixJob[], size: number): readonly (readonly [MatrixJob, ...MatrixJob[]])[] {
  const found: [MatrixJob, ...MatrixJob[]][] = [];
  for (let at = 0; at < jobs.length; at += size) {
    const [first, ...rest] = jobs.slice(at, at + size);
    if (first !== undefined) found.push([first, ...rest]);
  }
  return found;
}

function tooFew(
  images: readonly PlannedImage[],
  depths: ReadonlyMap<string, number>,
  needed: number,
  levels: number,
): HephyError {
  const deepest = images.find(({ image }) => depths.get(image) === needed)?.image ?? '';
  return new HephyError(
    'WORKFLOW_OUTDATED',
    `${deepest} is FROM images that are FROM others, ${needed} deep, and the workflow builds ${levels} one behind the other`,
    { hint: 'Write the workflow again, and commit it: npx nx g @hephy/nx-image:github-actions' },
  );
}
