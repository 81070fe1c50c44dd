import { createdAfter, isLaterThan, isNewer, timeOf } from './index-order';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const HOUR = 60 * 60 * 1000;
const at = (created: string | undefined, digit = '1') => ({ created, digest: `sha256:${digit.repeat(64)}` }) as const;

describe('timeOf', () => {
  it('reads what hephy and others write', () => {
    expect(timeOf('2026-11-20T11:00:00.000Z', NOW)).toBe(NOW - HOUR);
    expect(timeOf('2026-11-20T12:00:00+01:00', NOW)).toBe(NOW - HOUR);
  });

  it('bears with a clock that is somewhat ahead', () => {
    expect(timeOf('2026-11-20T12:59:00Z', NOW)).toBe(NOW + HOUR - 60_000);
  });

  it.each([
    undefined,
    '',
    'yesterday',
    '2026',
    '20261120',
    '2026-11-20',
    '2026-13-40T00:00:00Z',
    '9999-12-31T00:00:00Z',
  ])('knows no time of %j', (created) => {
    expect(timeOf(created, NOW)).toBeUndefined();
  });
});

describe('isNewer', () => {
  it('goes by time', () => {
    expect(isNewer(at('2026-11-20T11:00:00.001Z'), at('2026-11-20T11:00:00Z', '2'), NOW)).toBe(true);
    expect(isNewer(at('2026-11-20T11:00:00Z', '2'), at('2026-11-20T11:00:00.001Z'), NOW)).toBe(false);
  });

  it.each(['2026-11-20T11:00:00Z', undefined, 'never'])('is said of one of two of one moment: %j', (created) => {
    const two = [at(created), at(created, '2')] as const;
    expect([isNewer(two[0], two[1], NOW), isNewer(two[1], two[0], NOW)].sort()).toEqual([false, true]);
    expect(isNewer(two[0], two[0], NOW)).toBe(false);
  });

  it('takes what has no time for the oldest', () => {
    expect(isNewer(at('9999-12-31T00:00:00Z', 'f'), at('1970-01-01T00:00:00Z'), NOW)).toBe(false);
    expect(isNewer(at('1970-01-01T00:00:00Z'), at('never', 'f'), NOW)).toBe(true);
  });
});

describe('isLaterThan', () => {
  it.each([
    ['of the moment', '2026-11-20T11:00:00.500Z', '2026-11-20T11:00:00.500Z', false],
    ['of the next millisecond', '2026-11-20T11:00:00.501Z', '2026-11-20T11:00:00.500Z', true],
    ['of the second that a pipeline began in', '2026-11-20T11:00:00.999Z', '2026-11-20T11:00:00.000Z', false],
    ['of the next second', '2026-11-20T11:00:01.000Z', '2026-11-20T11:00:00.000Z', true],
    ['of an earlier second', '2026-11-20T10:59:59.999Z', '2026-11-20T11:00:00.000Z', false],
    ['of no time', 'never', '2026-11-20T11:00:00.000Z', false],
    ['of a time to come', '2027-01-01T00:00:00Z', '2026-11-20T11:00:00.000Z', false],
  ])('an index %s', (_, created, started, later) => {
    expect(isLaterThan({ created }, started, NOW)).toBe(later);
  });
});

describe('createdAfter', () => {
  const started = '2026-11-20T11:00:00.000Z';
  it.each([
    ['nothing', undefined, started],
    ['an earlier one', '2026-11-20T10:00:00.000Z', started],
    ['one of no time', 'never', started],
    ['one of the same moment', started, '2026-11-20T11:00:00.001Z'],
    ['one that another run of the same moment made after that', '2026-11-20T11:00:00.001Z', '2026-11-20T11:00:00.002Z'],
  ])('after %s', (_, created, expected) => {
    expect(createdAfter({ created }, started, NOW)).toBe(expected);
  });
});
