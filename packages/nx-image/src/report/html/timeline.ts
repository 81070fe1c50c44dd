import { startOf, type ImageView, type PageView, type StepResult } from './page-view';
import { kindOf, phasesOf, type Kind } from './phases';
import { stepName } from './image-details';

export interface Segment {
  readonly what: string;
  readonly kind: Kind;
  /** Seconds from the beginning of the axis. */
  readonly at: number;
  readonly seconds: number;
}

/** A platform of an image, or what is done for all of them. */
export interface Lane {
  readonly name: string;
  /** The steps, beginning and end. */
  readonly steps: readonly Omit<Segment, 'kind'>[];
  /** What they did meanwhile. */
  readonly segments: readonly Segment[];
  /** How it ended, where nothing was done. */
  readonly idle: string | undefined;
}

export interface TimelineEntry {
  readonly image: ImageView;
  readonly lanes: readonly Lane[];
  /** Something was fetched, built, pushed or checked, or went wrong; otherwise it was only looked up, or not begun. */
  readonly busy: boolean;
}

/** What is done for all platforms. */
const OWN = 'image';

/** The run's images on one axis of time, in the order in which they began. */
export function timelineOf(view: PageView): readonly TimelineEntry[] {
  const origin = Date.parse(view.started ?? '') / 1000;
  return (
    view.images
      .filter((image) => !image.earlier)
      .map((image) => ({ image, lanes: lanesOf(image, origin) }))
      .map((entry) => ({ ...entry, begun: beginningOf(entry.lanes), busy: isBusy(entry.image) }))
      // Two that never began are as early as each other.
      .sort((a, b) => (a.begun === b.begun ? a.image.index - b.image.index : a.begun - b.begun))
      .map(({ image, lanes, busy }) => ({ image, lanes, busy }))
  );
}

function isBusy({ outcome }: ImageView): boolean {
  return outcome !== 'reused' && outcome !== 'skipped' && outcome !== 'prepared';
}

function lanesOf({ result }: ImageView, origin: number): readonly Lane[] {
  const own = [result.prepare, result.manifest].filter((step) => step !== undefined);
  return [
    ...(own.length === 0 ? [] : [lane(OWN, own, origin)]),
    ...result.builds.map((build) => lane(build.platform, [build], origin)),
  ];
}

function lane(name: string, steps: readonly StepResult[], origin: number): Lane {
  const done = steps.filter((step) => step.outcome !== 'skipped' && Number.isFinite(startOf(step)));
  return {
    name,
    steps: done.map((step) => ({ what: stepName(step), at: startOf(step) - origin, seconds: step.seconds.total ?? 0 })),
    segments: done.flatMap((step) => segmentsOf(step, startOf(step) - origin)),
    idle: done.length > 0 ? undefined : steps[0]?.outcome,
  };
}

function segmentsOf(step: StepResult, start: number): readonly Segment[] {
  const waited = Math.min(step.seconds.parents ?? 0, start);
  const parents = { what: 'parents', kind: 'wait', at: start - waited, seconds: waited } as const;
  return [
    ...(waited > 0 ? [parents] : []),
    ...phasesOf(step).map(({ what, at, seconds }) => ({ what, kind: kindOf(what), at: start + at, seconds })),
  ];
}

/** Of the work on platforms: what waits stands below what is done meanwhile, and what was never begun at the end. */
function beginningOf(lanes: readonly Lane[]): number {
  const platforms = lanes.filter((lane) => lane.name !== OWN);
  const work = (platforms.length > 0 ? platforms : lanes).flatMap((lane) => lane.segments);
  const begun = work.filter((segment) => segment.kind !== 'wait' && segment.kind !== 'look up');
  const segments = begun.length > 0 ? begun : work;
  return segments.reduce((least, segment) => Math.min(least, segment.at), Number.POSITIVE_INFINITY);
}

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const MOST_TICKS = 8;

/** Seconds between two ticks: a round number, of which at most eight fit. */
export function tickSeconds(total: number): number {
  return STEPS.find((step) => total / step <= MOST_TICKS) ?? Math.ceil(total / MOST_TICKS / 86_400) * 86_400;
}
