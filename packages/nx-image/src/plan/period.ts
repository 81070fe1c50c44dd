const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

/** A Monday: whole weeks begin on Mondays, and every length is counted from here, so that every machine agrees. */
const FIRST = Date.parse('1970-01-05T00:00:00Z');

/**
 * The period of this length that a run falls in: `2026-11-16/7d` by its first day in UTC, and for what is not whole days by its first hour, `2026-11-16T12/36h`.
 * @param started ISO 8601: `RunFacts.started`
 * @param maxAge milliseconds, whole hours
 */
export function periodOf(started: string, maxAge: number): string {
  const begin = FIRST + Math.floor((Date.parse(started) - FIRST) / maxAge) * maxAge;
  const first = new Date(begin).toISOString();
  return maxAge % DAY === 0 ? `${first.slice(0, 10)}/${maxAge / DAY}d` : `${first.slice(0, 13)}/${maxAge / HOUR}h`;
}

/** When it began, in milliseconds; NaN for what is no period. */
export function beginOf(period: string): number {
  const [, day, hour = '00'] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}))?\/\d{1,5}[dh]$/.exec(period) ?? [];
  return Date.parse(`${day ?? ''}T${hour}:00:00Z`);
}
