import type { Image } from '../../config/build-config';
import { HephyError, HephyErrors } from '../../errors/hephy-error';
import { formatPlatform, type Platform } from '../../oci/platform';
import type { BuildResult, PrepareResult } from '../../report/result';
import { checkPlatform, type CheckedPlatform } from '../build-platform';
import { plannedFailure } from '../planned-failure';
import { prepareImage } from '../prepare-image';
import { requirePrepared } from '../require-results';
import type { StepResult } from '../result-store';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';
import { skippedResult } from '../skipped-result';
import { failureOf } from '../step-results';
import { usedParents } from '../used-parents';
import { jobSource } from './job-source';
import { withJobTimes } from './job-times';
import { isOtherwise, OwnParents, withOwnParents } from './own-parents';
import { isMissing, NOT_THERE, notStarted, whyNotThere } from './unbuilt';

/** Platforms that are looked at side by side. */
const AT_ONCE = 8;

/** What became of a platform until now. */
export interface PlatformEnd {
  /** Of the build; of `prepare`, where there is none because of that. */
  readonly result: BuildResult | PrepareResult;
  readonly certify: CheckedPlatform['certify'];
  /** It is not there because nobody has started a job that is started by hand. */
  readonly byHand: boolean;
}

type BuildEnd = PlatformEnd & { readonly result: BuildResult };

export interface CheckedImage {
  readonly image: Image;
  readonly ends: readonly PlatformEnd[];
  /** Images that it is FROM, at whatever platform. */
  readonly parents: readonly Image[];
}

export function isWell({ outcome }: Pick<StepResult, 'outcome'>): boolean {
  return outcome === 'built' || outcome === 'reused';
}

/**
 * All that goes before the first tag: each platform of the images is looked up, or taken from its job and checked, after those that it is FROM. Images that are not asked for are
 * only looked up: other jobs publish them.
 */
export class BuiltChecker {
  private readonly checked = new Map<string, Promise<CheckedImage>>();
  private readonly prepared = new Map<string, Promise<PrepareResult>>();
  private readonly platforms = new Map<string, Promise<PlatformEnd>>();
  private readonly places = new Semaphore(AT_ONCE);
  private readonly ownParents: OwnParents;

  /**
   * @param asked names of the images whose jobs these are
   * @param built where build jobs left what they built
   */
  constructor(
    private readonly context: RunContext,
    private readonly asked: ReadonlySet<string>,
    private readonly built: string,
    private readonly onResult: (result: StepResult) => void,
  ) {
    this.ownParents = new OwnParents(context);
  }

  check(image: Image): Promise<CheckedImage> {
    const known = this.checked.get(image.name) ?? this.checkImage(image);
    this.checked.set(image.name, known);
    return known;
  }

  private async checkImage(image: Image): Promise<CheckedImage> {
    const { platforms } = image.config;
    const ends = await Promise.all(platforms.map((platform) => this.checkPlatform(image, platform, [])));
    const parents = platforms.flatMap((platform) => this.parentsOf(image, platform).map(({ parent }) => parent));
    return { image, ends, parents: [...new Set(parents)] };
  }

  /** @param children those that wait for it, nearest last */
  private checkPlatform(image: Image, platform: Platform, children: readonly string[]): Promise<PlatformEnd> {
    const key = `${image.name} ${formatPlatform(platform)}`;
    const known = this.platforms.get(key);
    if (known !== undefined) return known;
    if (children.includes(key)) throw new Error(`${[...children, key].join(', ')} are FROM one another`);
    const end = this.endOf(image, platform, [...children, key]).then((found) => {
      if (found.result.step === 'build') this.context.results.write(found.result);
      if (this.asked.has(image.name)) this.onResult(found.result);
      return found;
    });
    this.platforms.set(key, end);
    return end;
  }

  private async endOf(image: Image, platform: Platform, children: readonly string[]): Promise<PlatformEnd> {
    const failed = plannedFailure(this.context, image, platform);
    if (failed !== undefined) return { result: failed, certify: undefined, byHand: false };
    const prepared = await this.prepare(image);
    if (!isWell(prepared)) return this.skip(image, platform, { result: prepared, byHand: false }, []);
    const parents = this.parentsOf(image, platform);
    const names = parents.map(({ parent }) => parent.name);
    const ends = await Promise.all(
      parents.flatMap(({ parent, platforms }) =>
        parent.config.platforms
          .filter((one) => platforms.includes(formatPlatform(one)))
          .map((one) => this.checkPlatform(parent, one, children)),
      ),
    );
    const cause = ends.find(({ result }) => !isWell(result));
    if (cause !== undefined) return this.skip(image, platform, cause, names);
    return this.places.within(() => this.takeOwn(image, platform), this.context.signal);
  }

  private async takeOwn(image: Image, platform: Platform): Promise<PlatformEnd> {
    const end = await this.takeIn(this.context, image, platform);
    if (!isOtherwise(end.result)) return end;
    try {
      const own = await this.ownParents.contextFor(image, platform);
      if (own === undefined) return end;
      const other = await this.takeIn(own.context, image, platform);
      if (isOtherwise(other.result)) return end;
      const { result, certify } = other;
      return {
        ...{ ...other, result: withOwnParents(result, own) },
        certify: certify && (async (only) => withOwnParents(await certify(only), own)),
      };
    } catch (thrown) {
      const failure = failureOf(thrown, this.context.signal.aborted);
      return { ...end, result: { ...end.result, ...failure, reason: failure.error.message } };
    }
  }

  private async takeIn(context: RunContext, image: Image, platform: Platform): Promise<BuildEnd> {
    if (!this.asked.has(image.name)) {
      const { result } = await checkPlatform(context, image, platform, NOT_THERE);
      return { result, certify: undefined, byHand: isMissing(result) && image.config.manualBuild };
    }
    const source = jobSource(context, this.built, image, platform);
    const { result, certify } = await checkPlatform(context, image, platform, source);
    if (isMissing(result) && image.config.manualBuild) return { result: notStarted(result), certify, byHand: true };
    const ran = source.job()?.ran;
    return {
      result: withJobTimes(result, ran),
      certify: certify && (async (only) => withJobTimes(await certify(only), ran)),
      byHand: false,
    };
  }

  private skip(
    image: Image,
    platform: Platform,
    { result: cause, byHand }: Pick<PlatformEnd, 'result' | 'byHand'>,
    parents: readonly string[],
  ): PlatformEnd {
    const step = {
      root: image.root,
      variant: image.variant,
      step: 'build',
      platform: formatPlatform(platform),
    } as const;
    const result = skippedResult(step, this.context.facts.id, cause, parents);
    if (result?.step !== 'build') return { result: cause, certify: undefined, byHand };
    const elsewhere = cause.because === undefined && !this.asked.has(cause.image) && cause.image !== image.project;
    return { result: elsewhere ? { ...result, reason: whyNotThere(cause) } : result, certify: undefined, byHand };
  }

  private prepare(image: Image): Promise<PrepareResult> {
    const { context } = this;
    const known =
      this.prepared.get(image.project) ??
      this.places
        .within(() => prepareImage(context, context.catalog.images(image.root)), context.signal)
        .then((result) => {
          context.results.write(result);
          return result;
        });
    this.prepared.set(image.project, known);
    return known;
  }

  /** What is wrong with a Dockerfile is said by the platform that is made of it. */
  private parentsOf(image: Image, platform: Platform): ReturnType<typeof usedParents> {
    try {
      return usedParents(this.context, image, requirePrepared(this.context, image), platform);
    } catch (error) {
      if (error instanceof HephyError || error instanceof HephyErrors) return [];
      throw error;
    }
  }
}
