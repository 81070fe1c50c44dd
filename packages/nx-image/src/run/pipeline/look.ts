import type { PendingBase } from '../../ci/pipeline-plan';
import type { Image } from '../../config/build-config';
import { ownOnBuild } from '../../dockerfile/own-on-build';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { formatPlatform, type Platform } from '../../oci/platform';
import type { PrepareResult, ResultError } from '../../report/result';
import { findByInputs } from '../find-by-inputs';
import { lastKnown } from '../find-reason';
import { leaveParent } from '../leave-parent';
import { memoryResults } from '../memory-results';
import { planBuild, type CompletePlan } from '../plan-build';
import { prepareImage } from '../prepare-image';
import type { Published } from '../published';
import { requirePrepared, type Prepared } from '../require-results';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';
import { failureOf } from '../step-results';
import { usedParents } from '../used-parents';
import { isAsLast } from './is-as-last';
import { Lineage } from './lineage';
import type { LookedAt, LookerInput, Standing } from './looked-at';
import { planStanding } from './plan-standing';
import { remember } from './remember';
import { StandIns } from './stand-ins';

/** Images whose sources are read side by side. */
const SOURCES = 16;
/** Requests for our own images at a time: of the connections to a registry those for bases, for which others wait, are to find one free. */
const REQUESTS = 12;

/** Finds out of images, parents first, what a run would do: prepares and plans them as a run does, and asks the registry for what is there. */
export class Looker {
  private readonly context: RunContext;
  private readonly standIns = new StandIns();
  private readonly sources = new Semaphore(SOURCES);
  private readonly requests = new Semaphore(REQUESTS);
  private readonly lookedAt = new Map<string, Promise<LookedAt>>();
  private readonly preparing = new Map<string, Promise<ResultError | undefined>>();
  private readonly planned = new Map<string, Promise<CompletePlan>>();
  private readonly standing = new Map<string, Promise<Standing>>();
  private readonly asked = new Map<string, Promise<Standing>>();
  private readonly lineage = new Lineage();

  constructor(
    context: RunContext,
    private readonly input: LookerInput,
  ) {
    this.context = { ...context, results: memoryResults(), bases: this.standIns.within(context.bases) };
  }

  /** Rejects with what is no one image's fault: where the registry does not answer, or the run is stopped. */
  look(image: Image): Promise<LookedAt> {
    return remember(this.lookedAt, image.name, () => this.lookAt(image));
  }

  /** Of an image that was looked at, and did not fail. Last of all: what others were FROM has been asked for by then. */
  stand(image: Image, platform: Platform): Promise<Standing> {
    const key = keyOf(image, platform);
    return this.asked.get(key) ?? this.standAt(image, platform);
  }

  /** undefined: nobody asked for the image, nor for one FROM it. */
  lookedAtBefore(image: string): Promise<LookedAt> | undefined {
    return this.lookedAt.get(image);
  }

  /** Of a project; undefined: it could not be prepared. */
  prepared(project: string): PrepareResult | undefined {
    const result = this.context.results.prepare(project);
    return result?.error === undefined ? result : undefined;
  }

  /** Names of the image and of all that it is FROM, at any depth, as far as that is known by now. */
  lineageOf(image: string): readonly string[] {
    return this.lineage.of(image);
  }

  private async lookAt(image: Image): Promise<LookedAt> {
    const { context } = this;
    const [last, unprepared] = await Promise.all([
      this.requests.within(() => lastKnown(context, image.name), context.signal),
      this.prepare(image),
    ]);
    const head = { image, last, asLast: false };
    if (unprepared !== undefined) return { ...head, prepared: undefined, parents: [], failed: unprepared };
    const standings = await Promise.allSettled(image.config.platforms.map((one) => this.standAt(image, one)));
    const thrown = standings.find((one) => one.status === 'rejected')?.reason as unknown;
    const parents = this.lineage.parentsOf(image.name);
    const whole = { ...head, parents, prepared: requirePrepared(context, image) };
    if (thrown !== undefined) return { ...whole, failed: this.errorOf(thrown) };
    const plans = await Promise.all(image.config.platforms.map((one) => this.plan(image, one)));
    return { ...whole, asLast: isWholeAsLast(plans, last), failed: undefined };
  }

  private errorOf(thrown: unknown): ResultError {
    this.context.signal.throwIfAborted();
    if (thrown instanceof HephyError || thrown instanceof HephyErrors) return failureOf(thrown, false).error;
    throw thrown;
  }

  /** Answers why it could not be done. */
  private prepare(image: Image): Promise<ResultError | undefined> {
    return remember(this.preparing, image.project, async () => {
      const { context } = this;
      const failed = this.input.contextFailure(image.root);
      if (failed !== undefined) return failed;
      const result = await this.sources.within(
        () => prepareImage(context, context.catalog.images(image.root)),
        context.signal,
      );
      context.signal.throwIfAborted();
      context.results.write(result);
      return result.error;
    });
  }

  /** With every base known, or a stand-in for it. */
  private plan(image: Image, platform: Platform): Promise<CompletePlan> {
    return remember(this.planned, keyOf(image, platform), async () => {
      const { context } = this;
      const prepared = requirePrepared(context, image);
      await this.settleParents(image, prepared, platform);
      return planBuild(context, image, platform, prepared);
    });
  }

  private standAt(image: Image, platform: Platform): Promise<Standing> {
    return remember(this.standing, keyOf(image, platform), async () => {
      const plan = await this.plan(image, platform);
      const pending = this.standIns.of(plan);
      const { reuse } = image.config;
      const anew = (!reuse || this.context.rebuilds(image)) && (await this.input.isChosen(image));
      if (pending.length > 0 || anew) return this.toBuild(image, plan, pending, anew);
      if (isAsLast(plan, await lastKnown(this.context, image.name)))
        return { kind: 'as last', inputKey: plan.inputKey };
      return this.ask(image, plan);
    });
  }

  /** As those FROM it need it: with a digest, or a stand-in. */
  private standAsParent(image: Image, platform: Platform): Promise<Standing> {
    return remember(this.asked, keyOf(image, platform), async () => {
      const { context } = this;
      const before = await this.standAt(image, platform);
      const plan = await this.plan(image, platform);
      const standing = before.kind === 'as last' ? await this.ask(image, plan) : before;
      const digest =
        standing.kind === 'there' ? standing.digest : this.standIns.add(image, platform, ownOnBuild(plan.dockerfile));
      leaveParent(context, image, platform, digest);
      return standing;
    });
  }

  private async ask(image: Image, plan: CompletePlan): Promise<Standing> {
    const { context } = this;
    const found = await this.requests.within(() => findByInputs(context, plan.inputKey), context.signal);
    if (found === undefined) return this.toBuild(image, plan, [], false);
    context.bases.remember(context.facts.repository, found);
    return { kind: 'there', inputKey: plan.inputKey, digest: found.digest };
  }

  private toBuild(image: Image, plan: CompletePlan, pending: readonly PendingBase[], anew: boolean): Promise<Standing> {
    const work = () => planStanding(this.context, image, { plan, pending, anew }, this.input);
    return this.sources.within(work, this.context.signal);
  }

  private async settleParents(image: Image, prepared: Prepared, platform: Platform): Promise<void> {
    const used = usedParents(this.context, image, prepared, platform);
    for (const { parent, where } of used) {
      if (this.lineage.of(parent.name).includes(image.name)) {
        throw new HephyError('PARENT_NOT_BUILT', `${image.name} and ${parent.name} are FROM one another`, { where });
      }
      this.lineage.add(image.name, parent.name);
    }
    await Promise.all(
      used.map(async ({ parent, platforms, where }) => {
        const { failed } = await this.look(parent);
        if (failed !== undefined) {
          throw new HephyError('PARENT_NOT_BUILT', `skipped, because its base ${parent.name} cannot be built`, {
            where,
            hint: `See what is said of ${parent.name}: ${failed.code}.`,
          });
        }
        const needed = parent.config.platforms.filter((one) => platforms.includes(formatPlatform(one)));
        await Promise.all(needed.map((one) => this.standAsParent(parent, one)));
      }),
    );
  }
}

/** An index of more platforms than these is another one. */
function isWholeAsLast(plans: readonly CompletePlan[], last: Published | undefined): boolean {
  return last?.index.manifests.length === plans.length && plans.every((plan) => isAsLast(plan, last));
}

function keyOf(image: Image, platform: Platform): string {
  return `${image.name} ${formatPlatform(platform)}`;
}
