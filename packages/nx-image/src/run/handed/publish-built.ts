import type { Image } from '../../config/build-config';
import { formatRepository } from '../../oci/reference';
import type { ImageResult, ManifestResult } from '../../report/result';
import { memoryResults } from '../memory-results';
import { isPushed, notPublished } from '../not-published';
import { publishImage } from '../publish-index';
import type { ResultStore, StepResult } from '../result-store';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';
import { settleAll } from '../settle-all';
import { skippedResult } from '../skipped-result';
import { failureOf } from '../step-results';
import { BuiltChecker, isWell, type CheckedImage } from './check-built';
import { findUnpublished } from './find-unpublished';

/** In this order; each for all images before the next for any. */
export type PublishPhase = 'check' | 'certify' | 'publish';

export interface PublishWatch {
  readonly onPhase: (phase: PublishPhase) => void;
  /** In each phase the result as it is by then. */
  readonly onResult: (result: StepResult) => void;
}

export interface PublishEnd {
  /** Of the images, in their order. */
  readonly results: readonly ImageResult[];
  /** Whether something failed, or was skipped because something did. */
  readonly failed: boolean;
}

const AT_ONCE = 4;

/**
 * Publishes what jobs of the pipeline have built of the images: checks all of it, then writes the tags of platforms that passed, then index and public tags of each image whose
 * platforms all did. What the registry has already is taken from there. Results are left as a run of nx leaves them.
 * @param built where build jobs left what they built, absolute
 */
export async function publishBuilt(
  opened: RunContext,
  images: readonly Image[],
  built: string,
  watch: PublishWatch,
): Promise<PublishEnd> {
  const asked = new Set(images.map(({ name }) => name));
  const context: RunContext = {
    ...opened,
    results: resultsOf(opened.results, images),
    // As the planner has it, whatever is on this machine.
    presumeBuilder: (wanted) => Promise.resolve(wanted),
  };
  watch.onPhase('check');
  const checker = new BuiltChecker(context, asked, built, watch.onResult);
  const checked = await Promise.all(images.map((image) => checker.check(image)));
  watch.onPhase('certify');
  const certified = await certifyAll(context, checked, watch);
  watch.onPhase('publish');
  const publisher = new Publisher(context, certified, watch);
  await settleAll(images.map((image) => publisher.publish(image)));
  return {
    results: images.map(({ name, root }) =>
      opened.results.updateImage({ image: name, root, repository: formatRepository(context.facts.repository) }),
    ),
    failed: publisher.failed,
  };
}

/** What is looked up for others is no result of this job's images. */
function resultsOf(files: ResultStore, images: readonly Image[]): ResultStore {
  const own = new Set(images.flatMap(({ name, project }) => [name, project]));
  const memory = memoryResults();
  return {
    ...memory,
    write: (result) => {
      memory.write(result);
      return own.has(result.image) ? files.write(result) : '';
    },
  };
}

/** A platform that passed needs not be built again; people's tags are only for images that passed as a whole. */
async function certifyAll(
  context: RunContext,
  checked: readonly CheckedImage[],
  { onResult }: PublishWatch,
): Promise<readonly CheckedImage[]> {
  const places = new Semaphore(AT_ONCE);
  const certifyImage = async (one: CheckedImage): Promise<CheckedImage> => {
    const only = one.ends.every(({ result }) => isWell(result)) ? undefined : 'certificate';
    const ends = await settleAll(
      one.ends.map(async (end) => {
        const result = await end.certify?.(only);
        if (result === undefined) return end;
        context.results.write(result);
        onResult(result);
        return { ...end, result };
      }),
    );
    return { ...one, ends };
  };
  return settleAll(checked.map((one) => places.within(() => certifyImage(one))));
}

class Publisher {
  failed = false;
  private readonly checked: ReadonlyMap<string, CheckedImage>;
  private readonly published = new Map<string, Promise<ManifestResult>>();
  private readonly places = new Semaphore(AT_ONCE);

  constructor(
    private readonly context: RunContext,
    checked: readonly CheckedImage[],
    private readonly watch: PublishWatch,
  ) {
    this.checked = new Map(checked.map((one) => [one.image.name, one]));
  }

  /** After those that it is FROM. */
  publish(image: Image): Promise<ManifestResult> {
    const known = this.published.get(image.name) ?? this.publishOne(image);
    this.published.set(image.name, known);
    return known;
  }

  private async publishOne(image: Image): Promise<ManifestResult> {
    const { ends, parents } = this.find(image.name);
    const own = parents.filter(({ name }) => this.checked.has(name));
    const manifests = await Promise.all(own.map((parent) => this.publish(parent)));
    const broken = ends.find(({ result }) => !isWell(result));
    if (ends.some(({ result, byHand }) => !isWell(result) && !byHand)) this.failed = true;
    let result: ManifestResult;
    if (broken !== undefined) result = this.skip(image, broken.result);
    else if (!isPushed(this.context)) result = notPublished(this.context, image);
    else {
      const cause = manifests.find((one) => !isWell(one));
      const others = parents.filter(({ name }) => !this.checked.has(name));
      result =
        cause !== undefined
          ? this.skip(image, cause)
          : await this.places.within(() => this.publishAfter(image, others), this.context.signal);
      if (!isWell(result)) this.failed = true;
    }
    this.context.results.write(result);
    this.watch.onResult(result);
    return result;
  }

  /** @param others that it is FROM, of other jobs: where the registry does not say whether those are published, the image fails, and no other */
  private async publishAfter(image: Image, others: readonly Image[]): Promise<ManifestResult> {
    const { context } = this;
    const found = await findUnpublished(context, others).catch((thrown: unknown) =>
      failureOf(thrown, context.signal.aborted),
    );
    if (found === undefined) return publishImage(context, image);
    const nothing = notPublished(context, image);
    if ('error' in found) return { ...nothing, ...found, reason: found.error.message };
    return { ...nothing, reason: `${found.image.name} is not published: ${found.why}` };
  }

  private skip({ root, variant, name }: Image, cause: StepResult): ManifestResult {
    const { id } = this.context.facts;
    const step = { root, variant, step: 'manifest', platform: undefined } as const;
    const skipped = skippedResult(step, id, cause, []);
    // It says itself that nobody has started its jobs.
    const own = cause.step === 'build' && cause.outcome === 'skipped' && cause.because === undefined;
    return {
      ...{ version: 1, step: 'manifest', run: id, image: name, started: new Date().toISOString(), seconds: {} },
      ...{ outcome: 'skipped', reason: 'prepare failed', platforms: [], tags: [], notes: [] },
      ...(skipped?.step === 'manifest' ? skipped : {}),
      ...(own ? { reason: cause.reason } : {}),
    };
  }

  private find(name: string): CheckedImage {
    const found = this.checked.get(name);
    if (found === undefined) throw new Error(`${name} was not checked`);
    return found;
  }
}
