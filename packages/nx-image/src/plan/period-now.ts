import { periodOf } from './period';

const HOUR = 3600 * 1000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR };

/** The period of the same length that falls into `now`: another than `period` where that has ended. The same for what is no period: others may have written it. */
export function periodNow(period: string, now: string): string {
  const [, length, unit] = /^[0-9TZ-]{1,20}\/(\d{1,4})([dh])$/.exec(period) ?? [];
  const milliseconds = Number(length) * (UNITS[unit ?? ''] ?? 0);
  if (!(milliseconds > 0)) return period;
  const current = periodOf(now, milliseconds);
  // A run of yesterday's pipeline is no reason to go back.
  return current > period ? current : period;
}
