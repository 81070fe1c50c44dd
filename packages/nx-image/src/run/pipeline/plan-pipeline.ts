import type { Base } from '../../ci/base-question';
import type { HandedPlan } from '../../ci/handed-plan';
import { hashGiven } from '../../ci/hash-given';
import type { PipelineEvent } from '../../ci/pipeline-event';
import type { PipelinePlan } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import { projectName } from '../../config/variant';
import { formatPlatform } from '../../oci/platform';
import { formatRepository } from '../../oci/reference';
import type { PrepareResult } from '../../report/result';
import { listTracked } from '../../source/list-tracked';
import { once } from '../once';
import { rebuildChooser } from '../rebuild';
import type { RunContext } from '../run-context';
import { readRunSeed } from '../run-seed';
import { chooseImages, type Choice } from './choose-images';
import { Looker } from './look';
import { handRun } from './hand-run';
import { PlanMaker } from './plan-images';
import { runContextTargets, type ContextTarget } from './run-context-targets';

export interface PipelineInput {
  /** All of the workspace. */
  readonly images: readonly Image[];
  readonly event: PipelineEvent;
  /** Of nx, and its target that writes what an image directory holds, where it has one. */
  readonly projectOf: (root: string) => string;
  readonly contextTargetOf: (root: string) => ContextTarget | undefined;
  /** Roots of image directories that the one at `root` depends on in nx's graph. */
  readonly parentsOf: (root: string) => readonly string[];
  readonly resolveBase: () => Promise<Base>;
  /** Projects of nx, since that. */
  readonly findAffected: () => Promise<readonly string[] | 'all'>;
  /** Whether merge requests push, under tags of their own. */
  readonly mergeRequests: 'push' | 'build';
  /** Whether images are looked for whose inputs the registry does not have. */
  readonly missing: boolean;
  /** Architectures that have machines of their own to build on; others are built on those of the first. Missing: on machines as this one. */
  readonly native?: readonly string[];
  /** Absolute paths that are mounts in the jobs where Kaniko builds. */
  readonly closedPaths: readonly string[];
  /** Jobs plan their builds again, and copy what `ADD --checksum` downloads: the planner, which may have no right to, writes nothing to the registry. */
  readonly leavesDownloads?: boolean;
}

/**
 * What a pipeline for this commit has to do. Nothing is built; what `context` targets write and `ADD --checksum` downloads is made. What is wrong with one image is that image's failure.
 * @throws HephyError of the configuration, of changes that are not known, and of a registry that does not answer
 */
export async function planPipeline(opened: RunContext, input: PipelineInput): Promise<PipelinePlan> {
  const { images, event, projectOf } = input;
  const rebuild = event.forceAll ? 'all' : readRunSeed(opened.env).rebuild;
  const machines = input.native && findMachines(images, input.native);
  const facts = { ...opened.facts, ...(machines === undefined ? {} : { machines }) };
  const context: RunContext = { ...opened, facts, rebuilds: rebuildChooser(rebuild, opened.catalog) };
  const push = event.kind !== 'merge request' || input.mergeRequests === 'push';
  const choosing = chooseImages({ ...input, catalog: context.catalog });
  // Whoever waits is told.
  choosing.catch(() => undefined);
  const takesBack = event.defaultBranch;
  // What a cancelled pipeline of another branch that publishes has not made is built by no later one, unless that looks for it.
  const publishes = facts.publish && !facts.local;
  const looksForMissing = input.missing && (takesBack || publishes);
  const looksAtAll = event.images === undefined && (event.looksOnly || looksForMissing);
  const universe = looksAtAll ? images : images.filter((await choosing).isChosen);
  const failures = await runTargets(context, input, universe);
  const looker = new Looker(context, {
    isChosen: async (image) => (await choosing).isChosen(image),
    push,
    closedPaths: input.closedPaths,
    leavesDownloads: input.leavesDownloads ?? false,
    contextFailure: (root) => failures.get(projectOf(root)),
  });
  const tracked = once(() => listTracked(context));
  // While the registry is asked. Whoever needs it is told of what went wrong.
  tracked().catch(() => undefined);
  const lookedAt = await Promise.all(universe.map((image) => looker.look(image)));
  const choice = await choosing;
  const maker = new PlanMaker(context, looker, {
    push,
    takesBack,
    ofAll: event.kind === 'schedule' || event.looksOnly,
    projectOf,
    hasTarget: (root) => input.contextTargetOf(root) !== undefined,
    tracked,
  });
  const planned = await maker.make(lookedAt, choice);
  return {
    handed: {
      version: 1,
      run: handRun(context, push, planned.rebuilt),
      prepared: preparedOf(
        looker,
        planned.images.flatMap(({ lineage }) => lineage),
      ),
      given: givenOf(planned.images),
      failed: planned.images.flatMap(({ image, root, failed: error }) =>
        error === undefined ? [] : { project: projectName(root), image, error },
      ),
    },
    repository: formatRepository(context.facts.repository),
    why: whyOf(choice, looksAtAll, event),
    images: planned.images,
    upToDate: planned.upToDate,
    broken: planned.broken,
    byHand: planned.byHand,
    notes: [...unheardNotes(event), ...planned.notes],
  };
}

function findMachines(images: readonly Image[], native: readonly string[]): Readonly<Record<string, string>> {
  const built = new Set(images.flatMap(({ config }) => config.platforms.map(({ architecture }) => architecture)));
  const machineOf = (architecture: string): string =>
    native.includes(architecture) ? architecture : (native[0] ?? architecture);
  return Object.fromEntries([...built].sort().map((architecture) => [architecture, machineOf(architecture)]));
}

async function runTargets(context: RunContext, input: PipelineInput, images: readonly Image[]) {
  const roots = new Set(images.map(({ root }) => root));
  // A set that grows while it is gone through.
  for (const root of roots) for (const parent of input.parentsOf(root)) roots.add(parent);
  const targets = [...roots].flatMap((root) => input.contextTargetOf(root) ?? []);
  return runContextTargets(context, targets, (text) => {
    context.onEvent({ kind: 'note', text });
  });
}

function preparedOf(looker: Looker, projects: readonly string[]): readonly PrepareResult[] {
  return [...new Set(projects)].flatMap((project) => looker.prepared(project) ?? []);
}

function givenOf(images: PipelinePlan['images']): NonNullable<HandedPlan['given']> {
  const given: Record<string, Record<string, string>> = {};
  for (const { image, root, builds } of images) {
    const own = (given[projectName(root)] ??= {});
    for (const { platform, step } of builds) own[`${image} ${formatPlatform(platform)}`] = hashGiven(step);
  }
  return given;
}

function whyOf({ why }: Choice, looksAtAll: boolean, { kind, looksOnly }: PipelineEvent): string {
  return looksAtAll && kind !== 'schedule' && !looksOnly ? `${why}; and what the registry does not have` : why;
}

function unheardNotes({ kind, unheard }: PipelineEvent): readonly string[] {
  if (unheard.length === 0) return [];
  const what = unheard.join(' and ');
  return [
    `a ${kind} does not look at ${what}: that counts in schedules, and in pipelines started by hand or by the API`,
  ];
}
