import type { PrepareResult, ResultError } from '../report/result';

/**
 * What the planner has found out once and the jobs of its pipeline take from it: between two looks a branch, a base's tag or the date may have moved. It takes rights away and never gives any: what a job
 * may write is what both the planner and the job's own environment allow.
 */
export interface HandedPlan {
  readonly version: 1;
  readonly run: HandedRun;
  /** One a project; of those that a job does not need, its copy has none. */
  readonly prepared: readonly PrepareResult[];
  /** By project, as `PrepareResult.image`, and then `<image> <platform>`: what its build job gives the builder, as `hashGiven` has it. */
  readonly given?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Images that the pipeline cannot build, and why: no other job says it. */
  readonly failed?: readonly FailedPlan[];
}

export interface FailedPlan {
  /** As `PrepareResult.image`. */
  readonly project: string;
  readonly image: string;
  readonly error: ResultError;
}

export interface HandedRun {
  /** 12 hex: of every job's run. */
  readonly id: string;
  /** ISO 8601 UTC: of the pipeline, for version tags and for the order of publishing. A child pipeline has a start of its own. */
  readonly started: string;
  /** 40 hex. A job of another commit must not use the plan. */
  readonly commit: string;
  /** Whether public tags may move. */
  readonly publish: boolean;
  /** `mr<n>`; missing: trusted. */
  readonly scope?: string;
  /** false: nothing is pushed, and so nothing is published or checked. */
  readonly push: boolean;
  /** Architectures of the machines that build, by those that they build for: see `RunFacts`. */
  readonly machines?: Readonly<Record<string, string>>;
  /** Names of the images that the pipeline publishes; missing: those that its jobs are told of. What else a run of nx comes to, because others are FROM it, is left as it is. */
  readonly publishes?: readonly string[];
  /** Images that are built although the registry has them. */
  readonly rebuild?: 'all' | readonly string[];
}

/** Only what is about these projects (`PrepareResult.image`). To find an image's key, those of all images that it is FROM, at any depth, are needed. */
export function partOf(plan: HandedPlan, projects: Iterable<string>): HandedPlan {
  const wanted = new Set(projects);
  const { prepared, given, failed } = plan;
  const isWanted = ([project]: readonly [string, unknown]): boolean => wanted.has(project);
  return {
    ...plan,
    prepared: prepared.filter(({ image }) => wanted.has(image)),
    ...(given === undefined ? {} : { given: Object.fromEntries(Object.entries(given).filter(isWanted)) }),
    ...(failed === undefined ? {} : { failed: failed.filter(({ project }) => wanted.has(project)) }),
  };
}
