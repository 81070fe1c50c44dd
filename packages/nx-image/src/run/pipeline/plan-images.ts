import type { PlannedBuild, PlannedImage } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { parsePlatform } from '../../oci/platform';
import { withoutOldLayers } from '../../plan/layer-cache';
import type { ResultError } from '../../report/result';
import type { RunContext } from '../run-context';
import { failureOf } from '../step-results';
import type { Choice } from './choose-images';
import { WorkDecider, type DecideInput, type Decision } from './decide-work';
import { inOrder, withFailedParents } from './from-order';
import type { Build, KnownImage } from './known-image';
import type { Looker } from './look';
import type { LookedAt } from './looked-at';
import { planContext, type ContextPlanInput } from './plan-context';

export interface PlannedImages {
  /** Parents first. */
  readonly images: readonly PlannedImage[];
  /** See `PipelinePlan`. */
  readonly upToDate: number;
  readonly broken: number;
  readonly byHand: number;
  /** Names of those that are built although the registry may have them, as somebody asked. */
  readonly rebuilt: readonly string[];
  readonly notes: readonly string[];
}

export interface PlanMakerInput extends ContextPlanInput, Pick<DecideInput, 'takesBack' | 'ofAll'> {
  readonly push: boolean;
}

/** Decides which of the images that were looked at have something to do in the pipeline. */
export class PlanMaker {
  private readonly known = new Map<string, KnownImage>();

  constructor(
    private readonly context: RunContext,
    private readonly looker: Looker,
    private readonly input: PlanMakerInput,
  ) {}

  async make(lookedAt: readonly LookedAt[], choice: Choice): Promise<PlannedImages> {
    const all = await this.withParents(lookedAt);
    await Promise.all(all.map(async (one) => this.known.set(one.image.name, await this.know(one, choice))));
    const decisions = await this.decide(lookedAt.map(({ image }) => image.name));
    const wanted = new Set<string>();
    for (const [name, decision] of decisions) if (decision === 'work') this.want(name, wanted);
    const left = (why: Decision) =>
      [...decisions].flatMap(([name, one]) => (one === why && !wanted.has(name) ? name : []));
    const [broken, byHand] = [left('broken'), left('by hand')];
    const names = [...wanted].sort();
    const order = inOrder(names, (name) => this.find(name).parents);
    const images = await Promise.all(order.map((name) => this.plan(this.find(name), wanted)));
    return {
      images: withFailedParents(images),
      upToDate: all.length - images.length - broken.length - byHand.length,
      ...{ broken: broken.length, byHand: byHand.length },
      rebuilt: names.filter((name) => this.find(name).builds.some(({ anew }) => anew) && this.isAskedAnew(name)),
      notes: broken.sort().map((name) => {
        return `${name} was only looked at, and cannot be built: ${this.find(name).failed?.message ?? ''}`;
      }),
    };
  }

  private async decide(names: readonly string[]): Promise<ReadonlyMap<string, Decision>> {
    const decider = new WorkDecider(this.context, { ...this.input, isManual: (name) => this.isManual(name) });
    return new Map(
      await Promise.all(names.map(async (name) => [name, await decider.decide(this.find(name))] as const)),
    );
  }

  /** Those that they are FROM were looked at, too. */
  private async withParents(lookedAt: readonly LookedAt[]): Promise<readonly LookedAt[]> {
    const names = new Set(lookedAt.flatMap(({ image }) => this.looker.lineageOf(image.name)));
    return Promise.all([...names].flatMap((name) => this.looker.lookedAtBefore(name) ?? []));
  }

  private async know(one: LookedAt, { isChosen }: Choice): Promise<KnownImage> {
    const chosen = isChosen(one.image);
    const base = { ...one, chosen, standings: [], builds: [] };
    if (one.failed !== undefined) return base;
    try {
      const standings = await Promise.all(one.image.config.platforms.map((each) => this.looker.stand(one.image, each)));
      return { ...base, standings, builds: standings.flatMap((each) => (each.kind === 'build' ? each : [])) };
    } catch (thrown) {
      return { ...base, failed: this.errorOf(thrown) };
    }
  }

  /** With those that it is FROM and that are not there either. */
  private want(name: string, wanted: Set<string>): void {
    wanted.add(name);
    for (const parent of this.find(name).parents) {
      const { builds, failed } = this.find(parent);
      if ((builds.length > 0 || failed !== undefined) && !wanted.has(parent)) this.want(parent, wanted);
    }
  }

  private isManual(name: string): boolean {
    const { image, builds } = this.find(name);
    const pending = builds.flatMap((build) => build.pending.map((base) => base.image));
    return image.config.manualBuild || pending.some((parent) => this.isManual(parent));
  }

  private isAskedAnew(name: string): boolean {
    return this.context.rebuilds(this.find(name).image);
  }

  private async plan(known: KnownImage, wanted: ReadonlySet<string>): Promise<PlannedImage> {
    const { image, prepared, parents, builds } = known;
    const { projectOf } = this.input;
    const lineage = this.looker.lineageOf(image.name).map((name) => this.find(name).image.project);
    const planned = {
      image: image.name,
      project: projectOf(image.root),
      root: image.root,
      manual: this.isManual(image.name),
      parents: parents.filter((name) => wanted.has(name)),
      lineage: [...new Set(lineage)],
    };
    const failed = (error: ResultError): PlannedImage => ({
      ...planned,
      context: undefined,
      builds: [],
      failed: error,
    });
    if (known.failed !== undefined) return failed(known.failed);
    if (prepared === undefined) throw new Error(`${image.name} was looked at, and not prepared`);
    if (builds.length === 0) return { ...planned, context: undefined, builds: [], failed: undefined };
    try {
      const from = await planContext(this.context, image, prepared, this.input);
      return {
        ...planned,
        context: from,
        builds: builds.map((build) => this.planBuild(image, build)),
        failed: undefined,
      };
    } catch (thrown) {
      return failed(this.errorOf(thrown));
    }
  }

  private planBuild(image: Image, { plan, dockerfile, pending, anew }: Build): PlannedBuild {
    const step = anew && image.config.reuse ? withoutOldLayers(plan.step) : plan.step;
    return {
      platform: plan.platform,
      builder: plan.builder,
      step: this.input.push ? step : { ...step, push: false },
      dockerfile,
      pending,
      timeout: image.config.timeout,
      runs: plan.runs.some(({ platform }) =>
        platform.kind === 'fixed'
          ? parsePlatform(platform.platform)?.architecture === plan.platform.architecture
          : platform.kind === 'target',
      ),
    };
  }

  private errorOf(thrown: unknown): ResultError {
    this.context.signal.throwIfAborted();
    if (thrown instanceof HephyError || thrown instanceof HephyErrors) return failureOf(thrown, false).error;
    throw thrown;
  }

  private find(name: string): KnownImage {
    const known = this.known.get(name);
    if (known === undefined) throw new Error(`${name} was not looked at`);
    return known;
  }
}
