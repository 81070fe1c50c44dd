import { imageSeconds } from '../image-seconds';
import { printableLine } from '../printable';
import type { BuildResult, ImageResult, ManifestResult, Outcome, PrepareResult } from '../result';
import type { RunResult } from '../run-result';
import { sortResults } from '../sort-results';

export type StepResult = PrepareResult | BuildResult | ManifestResult;

/** In the order in which a reader wants to see them. `prepared`: no platform of it was built, or tried. */
export const OUTCOMES = ['failed', 'timed out', 'cancelled', 'skipped', 'built', 'reused', 'prepared'] as const;
export type ImageOutcome = (typeof OUTCOMES)[number];

/** An image as the page shows it. */
export interface ImageView {
  /** Its place in the page's list; the graph and the timeline know it by that. */
  readonly index: number;
  /** Of its element: what a link to it ends with. */
  readonly anchor: string;
  readonly result: ImageResult;
  readonly outcome: ImageOutcome;
  /** One line: the error, else why. */
  readonly headline: string;
  readonly seconds: number;
  /** Of all platforms; undefined where one is not known. */
  readonly size: number | undefined;
  /** It is not of the page's run, which did not touch it. */
  readonly earlier: boolean;
  /** Names, also of images that the page does not have. */
  readonly parents: readonly string[];
}

export interface PageView {
  /** Of the run that the page is about. */
  readonly run: string;
  readonly facts: RunResult | undefined;
  /** Failures first, then by name. */
  readonly images: readonly ImageView[];
  /** ISO 8601; undefined where nothing ran. */
  readonly started: string | undefined;
  readonly seconds: number;
}

/** @param facts of the run, where they are known; without them the page is about the run that began last */
export function viewPage(results: readonly ImageResult[], facts?: RunResult): PageView {
  const run = facts?.run ?? latestRun(results);
  const sorted = sortResults(results).map((result) => ({ result, outcome: imageOutcome(result) }));
  const images = OUTCOMES.flatMap((outcome) => sorted.filter((image) => image.outcome === outcome)).map(
    ({ result, outcome }, index): ImageView => ({
      index,
      anchor: `image-${/^[\w.-]+$/.test(result.image) ? result.image : String(index)}`,
      result,
      outcome,
      headline: headlineOf(result, outcome),
      seconds: imageSeconds(result),
      size: sizeOf(result),
      earlier: result.run !== run,
      parents: [...new Set(result.builds.flatMap((build) => build.parents ?? []))].sort(),
    }),
  );
  return { run, facts, images, ...spanOf(images, facts) };
}

/** Those that began; a skipped step did not. */
export function stepsOf(result: ImageResult): readonly StepResult[] {
  return [result.prepare, ...result.builds, result.manifest].filter((step) => step !== undefined);
}

export function startOf(step: Pick<StepResult, 'started'>): number {
  return Date.parse(step.started) / 1000;
}

export function endOf(step: Pick<StepResult, 'started' | 'seconds'>): number {
  return startOf(step) + (step.seconds.total ?? 0);
}

/** That of the step that went worst. */
function imageOutcome(result: ImageResult): ImageOutcome {
  const { prepare, builds, manifest } = result;
  const unprepared = prepare === undefined || prepare.outcome === 'built' ? [] : [prepare.outcome];
  const outcomes: readonly Outcome[] = [
    ...unprepared,
    ...builds.map((build) => build.outcome),
    ...(manifest === undefined ? [] : [manifest.outcome]),
  ];
  return OUTCOMES.find((outcome) => outcomes.some((one) => one === outcome)) ?? 'prepared';
}

function headlineOf(result: ImageResult, outcome: ImageOutcome): string {
  const steps = stepsOf(result);
  const error = steps.find((step) => step.outcome === outcome && step.error !== undefined)?.error;
  if (error !== undefined) return printableLine(`${error.code}: ${error.message}`);
  const reasons = steps.filter((step) => step.outcome === outcome).map((step) => ('reason' in step ? step.reason : ''));
  // What a platform says is nearer to the cause than what the index says.
  const [reason = ''] = reasons.filter((text) => text !== '');
  return printableLine(reason);
}

function sizeOf({ builds }: ImageResult): number | undefined {
  const sizes = builds.map((build) => build.size).filter((bytes) => bytes !== undefined);
  return sizes.length === 0 || sizes.length < builds.length ? undefined : sizes.reduce((sum, bytes) => sum + bytes, 0);
}

function latestRun(results: readonly ImageResult[]): string {
  const [latest] = results
    .map((result) => ({ run: result.run, at: Math.max(0, ...stepsOf(result).map(startOf).filter(Number.isFinite)) }))
    .sort((a, b) => b.at - a.at);
  return latest?.run ?? '';
}

function spanOf(images: readonly ImageView[], facts: RunResult | undefined): Pick<PageView, 'started' | 'seconds'> {
  const steps = images.filter((image) => !image.earlier).flatMap((image) => stepsOf(image.result));
  const starts = [...steps.map(startOf), Date.parse(facts?.started ?? '') / 1000].filter(Number.isFinite);
  const ends = [...steps.map(endOf), Date.parse(facts?.ended ?? '') / 1000].filter(Number.isFinite);
  if (starts.length === 0) return { started: undefined, seconds: 0 };
  const start = starts.reduce((a, b) => Math.min(a, b));
  const end = ends.reduce((a, b) => Math.max(a, b), start);
  return { started: new Date(start * 1000).toISOString(), seconds: end - start };
}
