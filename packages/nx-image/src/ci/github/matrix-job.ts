import type { PlannedBuild, PlannedImage } from '../pipeline-plan';
import { formatPlatform } from '../../oci/platform';
import type { GithubSettings } from './github-settings';
import type { ImageTargets } from './image-targets';

/** One job of a matrix: `nx run-many -t <target> -p <projects>`. */
export interface MatrixJob {
  readonly name: string;
  readonly target: string;
  /** Of nx, commas between. */
  readonly projects: string;
  /** HEPHY_BUILDS, a JSON list: the images that this job may build. */
  readonly builds: string;
  readonly platform: string;
  readonly runner: string | readonly string[];
  /** Debian packages that the runner may lack, blanks between. */
  readonly packages: string;
  /** After so many the job is ended. */
  readonly minutes: number;
}

/** GitHub allows no job more: https://docs.github.com/en/actions/reference/limits */
const MOST_MINUTES = 360;
/** For all but the builder: packages, look-ups, checks. */
const SPARE_MINUTES = 20;

/** The build of one platform of an image. */
export function matrixJob(
  image: PlannedImage,
  build: PlannedBuild,
  targets: ImageTargets,
  settings: GithubSettings,
): MatrixJob {
  const { platform, builder, runs, timeout } = build;
  const native = settings.runners[platform.architecture];
  const labels = native ?? settings.runners.amd64 ?? [];
  const packages = [
    ...(builder === 'buildah' ? ['buildah'] : []),
    ...(native === undefined && runs ? ['qemu-user-static'] : []),
  ];
  const minutes = timeout === undefined ? MOST_MINUTES : Math.ceil(timeout / 60_000) + SPARE_MINUTES;
  return {
    name: `${image.image} ${formatPlatform(platform).replace('linux/', '')}`,
    target: targets.build(platform),
    projects: targets.project,
    builds: JSON.stringify([image.image]),
    platform: formatPlatform(platform),
    runner: labels.length === 1 ? (labels[0] ?? '') : labels,
    packages: packages.join(' '),
    minutes: Math.min(MOST_MINUTES, minutes),
  };
}

/** Several builds by one job: of the same target on the same runner. */
export function joinJobs(jobs: readonly [MatrixJob, ...MatrixJob[]]): MatrixJob {
  const [first, ...rest] = jobs;
  if (rest.length === 0) return first;
  return {
    ...first,
    name: `${first.name} and ${rest.length} more`,
    projects: jobs.map(({ projects }) => projects).join(','),
    builds: JSON.stringify(jobs.flatMap(({ builds }) => JSON.parse(builds) as string[])),
    minutes: Math.min(
      MOST_MINUTES,
      jobs.reduce((sum, { minutes }) => sum + minutes, 0),
    ),
  };
}
