import type { PlannedBuild, PlannedImage } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import { heldVersion } from '../../config/held-version';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { parsePlatform } from '../../oci/platform';
import { withoutOldLayers } from '../../plan/layer-cache';
import type { ResultError } from '../../report/result';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';
import { failureOf } from '../step-results';
import type { Choice } from './choose-images';
import { inOrder, withFailedParents } from './from-order';
import { isSettled } from './is-settled';
import type { Looker } from './look';
import type { LookedAt, Standing } from './looked-at';
import { planContext, type ContextPlanInput } from './plan-context';
import { wasPublished } from './was-published';

type Build = Extract<Standing, { kind: 'build' }>;

export interface PlannedImages {
  /** Parents first. */
  readonly images: readonly PlannedImage[];
  readonly upToDate: number;
  /** Names of those that are built although the registry may have them, as somebody asked. */
  readonly rebuilt: readonly string[];
  readonly notes: readonly string[];
}

export interface PlanMakerInput extends ContextPlanInput {
  readonly push: boolean;
  /** Whether an image that only was looked at gets its tags back where something else was published after it: what the default branch says, and no other. */
  readonly takesBack: boolean;
}

/** What is known of an image when all were looked at. */
interface Known extends LookedAt {
  readonly standings: readonly Standing[];
  readonly builds: readonly Build[];
  readonly chosen: boolean;
}

/** Images that the registry is asked about side by side. */
const REQUESTS = 12;

/** Decides which of the images that were looked at have something to do in the pipeline. */
export class PlanMaker {
  private readonly known = new Map<string, Known>();
  private readonly requests = new Semaphore(REQUESTS);

  constructor(
    private readonly context: RunContext,
    private readonly looker: Looker,
    private readonly input: PlanMakerInput,
  ) {}

  /** @param ofAll whether the pipeline is to say of each image that it has nothing to do: one that cannot be built fails it, and one that is built by hand has its job, though it only was looked at */
  async make(lookedAt: readonly LookedAt[], choice: Choice, ofAll: boolean): Promise<PlannedImages> {
    const all = await this.withParents(lookedAt);
    await Promise.all(all.map(async (one) => this.known.set(one.image.name, await this.know(one, choice))));
    const notes: string[] = [];
    const wanted = new Set<string>();
    await Promise.all(
      lookedAt.map(async ({ image }) => {
        const known = this.find(image.name);
        if (known.failed !== undefined && !known.chosen && !ofAll) {
          notes.push(`${image.name} was only looked at, and cannot be built: ${known.failed.message}`);
        } else if (await this.isWanted(known, ofAll)) this.want(image.name, wanted);
      }),
    );
    const names = [...wanted].sort();
    const order = inOrder(names, (name) => this.find(name).parents);
    const images = await Promise.all(order.map((name) => this.plan(this.find(name), wanted)));
    return {
      images: withFailedParents(images),
      upToDate: all.length - images.length,
      rebuilt: names.filter((name) => this.find(name).builds.some(({ anew }) => anew) && this.isAskedAnew(name)),
      notes: notes.sort(),
    };
  }

  /** Those that they are FROM were looked at, too. */
  private async withParents(lookedAt: readonly LookedAt[]): Promise<readonly LookedAt[]> {
    const names = new Set(lookedAt.flatMap(({ image }) => this.looker.lineageOf(image.name)));
    return Promise.all([...names].flatMap((name) => this.looker.lookedAtBefore(name) ?? []));
  }

  private async know(one: LookedAt, { isChosen }: Choice): Promise<Known> {
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

  private async isWanted(known: Known, ofAll: boolean): Promise<boolean> {
    const { image, chosen, failed, builds, asLast, last } = known;
    if (failed !== undefined) return true;
    if (builds.length > 0) return chosen || ofAll || !this.isManual(image.name);
    // Whoever went back has not pushed yet what holds it there.
    if (!chosen && last?.rollback !== undefined && heldVersion(image) === undefined) return false;
    if (asLast) return !(await this.ask(() => isSettled(this.context, image)));
    // While it is held at an older version nothing newer gets its tags, and last-… stays where it is.
    if (chosen || last?.rollback !== undefined) return chosen;
    return this.input.takesBack || !(await this.ask(() => wasPublished(this.context, known, known.standings)));
  }

  private ask<T>(question: () => Promise<T>): Promise<T> {
    return this.requests.within(question, this.context.signal);
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

  private async plan(known: Known, wanted: ReadonlySet<string>): Promise<PlannedImage> {
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

  private find(name: string): Known {
    const known = this.known.get(name);
    if (known === undefined) throw new Error(`${name} was not looked at`);
    return known;
  }
}
