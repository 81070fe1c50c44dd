import type { Image } from '../config/build-config';
import { HephyError, HephyErrors } from '../errors/hephy-error';
import { formatPlatform, samePlatform, type Platform } from '../oci/platform';
import type { Change, Reason } from '../plan/reason';
import type { ImageExplanation, PlatformExplanation } from '../report/explanation';
import type { PrepareResult } from '../report/result';
import { BuiltFinder } from './find-built';
import { findReason, findReuse, lastKnown } from './find-reason';
import { leaveParent } from './leave-parent';
import { memoryResults } from './memory-results';
import { withBuilder, type CompletePlan } from './plan-build';
import { prepareImage } from './prepare-image';
import type { Published } from './published';
import { requirePrepared, type Prepared } from './require-results';
import type { RunContext } from './run-context';
import { Semaphore } from './semaphore';
import { failureOf, Stopwatch } from './step-results';
import { usedParents } from './used-parents';

/** Images that are looked at side by side. */
const AT_ONCE = 16;

/** What a run would do for the images, and why, by what a run does before it builds. Builds nothing, and leaves no result. */
export async function explainImages(
  context: RunContext,
  images: readonly Image[],
): Promise<readonly ImageExplanation[]> {
  const explainer = new Explainer({ ...context, results: memoryResults() });
  return Promise.all(images.map((image) => explainer.explain(image)));
}

class Explainer {
  private readonly explained = new Map<string, Promise<ImageExplanation>>();
  private readonly prepared = new Map<string, Promise<PrepareResult>>();
  /** By image, those that it is FROM. */
  private readonly waiting = new Map<string, Set<string>>();
  private readonly places = new Semaphore(AT_ONCE);

  constructor(private readonly context: RunContext) {}

  /** After the images that it is FROM. */
  explain(image: Image): Promise<ImageExplanation> {
    const known = this.explained.get(image.name) ?? this.explainImage(image);
    this.explained.set(image.name, known);
    return known;
  }

  private async explainImage(image: Image): Promise<ImageExplanation> {
    const head = { image: image.name, root: image.root };
    const { error } = await this.prepare(image);
    if (error !== undefined) return { ...head, platforms: [], error };
    const platforms = image.config.platforms.map((platform) => this.explainPlatform(image, platform));
    return { ...head, platforms: await Promise.all(platforms) };
  }

  private prepare(image: Image): Promise<PrepareResult> {
    const { context } = this;
    const known =
      this.prepared.get(image.project) ??
      this.places.within(() => prepareImage(context, context.catalog.images(image.root)), context.signal);
    this.prepared.set(image.project, known);
    return known.then((result) => {
      context.signal.throwIfAborted();
      context.results.write(result);
      return result;
    });
  }

  private async explainPlatform(image: Image, platform: Platform): Promise<PlatformExplanation> {
    const text = formatPlatform(platform);
    try {
      const prepared = requirePrepared(this.context, image);
      const pending = await this.pendingParents(image, prepared, platform);
      const { would, reason } = await this.places.within(
        () => this.lookUp(image, platform, prepared, pending),
        this.context.signal,
      );
      return { platform: text, would, reason };
    } catch (thrown) {
      this.context.signal.throwIfAborted();
      if (!(thrown instanceof HephyError) && !(thrown instanceof HephyErrors)) throw thrown;
      return { platform: text, error: failureOf(thrown, false).error };
    }
  }

  /** Names of the images that the platform is FROM, where they would be built. */
  private async pendingParents(image: Image, prepared: Prepared, platform: Platform): Promise<readonly string[]> {
    const pending = new Set<string>();
    for (const { parent, platforms, where } of usedParents(this.context, image, prepared, platform)) {
      if (this.waitsFor(parent.name, image.name)) {
        throw new HephyError('PARENT_NOT_BUILT', `${image.name} and ${parent.name} are FROM one another`, { where });
      }
      this.waiting.set(image.name, (this.waiting.get(image.name) ?? new Set()).add(parent.name));
      const explained = await this.explain(parent);
      const counting = explained.platforms.filter((one) => platforms.includes(one.platform));
      if (explained.error !== undefined || counting.some((one) => 'error' in one)) {
        throw new HephyError('PARENT_NOT_BUILT', `what becomes of its base ${parent.name} is not known`, {
          where,
          hint: `See what \`npx hephy explain ${parent.name}\` says.`,
        });
      }
      if (counting.some((one) => 'would' in one && one.would === 'build')) pending.add(parent.name);
    }
    return [...pending];
  }

  private waitsFor(image: string, other: string): boolean {
    const seen = new Set([image]);
    // A set that grows while it is gone through.
    for (const one of seen) for (const parent of this.waiting.get(one) ?? []) seen.add(parent);
    return seen.has(other);
  }

  private async lookUp(
    image: Image,
    platform: Platform,
    prepared: Prepared,
    pending: readonly string[],
  ): Promise<{ readonly would: 'build' | 'reuse'; readonly reason: Reason }> {
    const { context } = this;
    const finder = new BuiltFinder(context, image, platform, prepared, new Stopwatch());
    if (pending.length > 0) {
      const reason = await this.reasonOfPending(image, prepared, finder, pending);
      await this.standIn(image, platform);
      return { would: 'build', reason };
    }
    const { plan, found } = await finder.seek();
    if (found === undefined) {
      const built = withBuilder(image, plan.builder);
      const reason = await findReason(context, built, prepared, plan);
      await this.standIn(image, platform);
      return { would: 'build', reason };
    }
    leaveParent(this.context, image, platform, found.digest);
    return { would: 'reuse', reason: await findReuse(context, image.name, found.digest) };
  }

  /** Beside its parents other things may have changed: with the parents as they were last that can be seen. */
  private async reasonOfPending(
    image: Image,
    prepared: Prepared,
    finder: BuiltFinder,
    pending: readonly string[],
  ): Promise<Reason> {
    const presumed = await this.context.presumeBuilder(image.config.builder);
    const parents = pending.map((name): Change => ({ kind: 'base', how: 'pending', name }));
    const plan = await finder.planBy(presumed).catch(withoutParents);
    if (plan === undefined) {
      const published = (await this.last(image)) !== undefined;
      return published ? { kind: 'changed', changes: parents } : { kind: 'first' };
    }
    const reason = await findReason(this.context, withBuilder(image, presumed), prepared, plan);
    if (reason.kind === 'first' || reason.kind === 'rebuild') return reason;
    const others = reason.kind === 'changed' ? reason.changes : [];
    const told = others.filter(
      ({ kind, how, name = '' }) => !(kind === 'base' && how === 'anew' && pending.includes(name)),
    );
    return { kind: 'changed', changes: [...told, ...parents] };
  }

  /** For those FROM an image that would be built: what was published of it last. */
  private async standIn(image: Image, platform: Platform): Promise<void> {
    const manifests = (await this.last(image))?.index.manifests ?? [];
    const child = manifests.find((one) => one.platform !== undefined && samePlatform(one.platform, platform));
    if (child !== undefined) leaveParent(this.context, image, platform, child.digest);
  }

  /** undefined where the registry does not say, too: what depends on it says so itself. */
  private async last(image: Image): Promise<Published | undefined> {
    try {
      return await lastKnown(this.context, image.name);
    } catch (error) {
      if (!(error instanceof HephyError)) throw error;
      return undefined;
    }
  }
}

/** A parent that has not been published yet has no digest to plan with. */
function withoutParents(error: unknown): CompletePlan | undefined {
  if (error instanceof HephyError && (error.code === 'PARENT_NOT_BUILT' || error.code === 'BASE_NOT_FOUND'))
    return undefined;
  throw error;
}
