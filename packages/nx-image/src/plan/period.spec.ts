import { periodOf } from './period';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

describe('periodOf', () => {
  it.each([
    ['2026-11-16T00:00:00.000Z', 7 * DAY, '2026-11-16/7d'],
    ['2026-11-22T23:59:59.999Z', 7 * DAY, '2026-11-16/7d'],
    ['2026-11-23T00:00:00.000Z', 7 * DAY, '2026-11-23/7d'],
    ['2026-11-22T23:30:00-01:00', 7 * DAY, '2026-11-23/7d'],
    ['2026-12-31T12:00:00Z', 7 * DAY, '2026-12-28/7d'],
    ['2026-11-22T12:00:00Z', DAY, '2026-11-22/1d'],
    ['2026-11-22T12:34:56Z', HOUR, '2026-11-22T12/1h'],
    ['1970-01-01T00:00:00Z', 7 * DAY, '1969-12-29/7d'],
  ])('%s, %d ms: %s', (started, maxAge, period) => {
    expect(periodOf(started, maxAge)).toBe(period);
  });

  it('begins two weeks on a Monday, and a new one where the last ended', () => {
    const begin = (period: string): Date => new Date(period.slice(0, 10));
    const first = periodOf('2026-11-22T12:00:00Z', 14 * DAY);
    const next = periodOf('2026-12-06T12:00:00Z', 14 * DAY);
    expect(first).toMatch(/\/14d$/);
    expect(begin(first).getUTCDay()).toBe(1);
    expect(begin(next).getTime() - begin(first).getTime()).toBe(14 * DAY);
  });

  it('names lengths that are no whole days by the hour', () => {
    const periods = new Set(
      Array.from({ length: 72 }, (_, hour) =>
        periodOf(new Date(Date.UTC(2026, 10, 16) + hour * HOUR).toISOString(), 36 * HOUR),
      ),
    );
    for (const period of periods) expect(period).toMatch(/^2026-11-1[4-9]T(?:00|12)\/36h$/);
    expect(periods.size).toBeLessThanOrEqual(3);
  });
});
