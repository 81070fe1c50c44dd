import type { Digest } from '../oci/digest';

/** Clocks of machines that publish may differ by so much. A later time than that is no time of a run. */
const TOLERANCE_MS = 60 * 60 * 1000;

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** What orders the indexes of an image. */
export interface Ordered {
  readonly digest: Digest;
  /** When the run began that made it, ISO 8601; others may have written anything. */
  readonly created: string | undefined;
}

/**
 * Milliseconds of `created`; undefined where it is no time, or one that is still to come: whoever wrote it is no run of hephy, and must not keep runs from
 * publishing for ever.
 */
export function timeOf(created: string | undefined, now: number): number | undefined {
  if (created === undefined || !DATE.test(created)) return undefined;
  const time = Date.parse(created);
  return Number.isNaN(time) || time > now + TOLERANCE_MS ? undefined : time;
}

/**
 * Whether `a` is of a later run than `b`. One without a time is earlier than all that have one. Two of one moment are told apart by their digests, so that
 * all publishers say the same of them.
 */
export function isNewer(a: Ordered, b: Ordered, now: number): boolean {
  const [timeA = -Infinity, timeB = -Infinity] = [timeOf(a.created, now), timeOf(b.created, now)];
  return timeA === timeB ? a.digest > b.digest : timeA > timeB;
}

/** Whether the index is of a later run than one that began at `started`. Of one moment is not later, and a pipeline knows its moment to the second. */
export function isLaterThan(index: Pick<Ordered, 'created'>, started: string, now: number): boolean {
  const time = timeOf(index.created, now);
  const began = Date.parse(started);
  if (time === undefined || time <= began) return false;
  return began % 1000 !== 0 || time - began >= 1000;
}

/** `created` of an index that a run makes which began at `started` and has seen `before`: after it, where it is of the same moment. */
export function createdAfter(before: Pick<Ordered, 'created'> | undefined, started: string, now: number): string {
  const time = timeOf(before?.created, now);
  const began = Date.parse(started);
  return time !== undefined && time >= began ? new Date(time + 1).toISOString() : started;
}
