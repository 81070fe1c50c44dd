import { eventTime, isRunAgain } from './event-time';

const LATEST = '2026-11-20T12:00:00.000Z';
const at = (pushed_at: unknown) => eventTime({ repository: { pushed_at } }, LATEST);

test.each([
  [{}, false],
  [{ GITHUB_RUN_ATTEMPT: '1' }, false],
  [{ GITHUB_RUN_ATTEMPT: '2' }, true],
  [{ GITHUB_RUN_ATTEMPT: '10' }, true],
  [{ GITHUB_RUN_ATTEMPT: '' }, false],
  [{ GITHUB_RUN_ATTEMPT: '2', GITHUB_ACTIONS: 'false' }, false],
])('%j is run again: %s', (env, expected) => {
  expect(isRunAgain({ GITHUB_ACTIONS: 'true', ...env })).toBe(expected);
});

test('a push has seconds, all else text', () => {
  expect(at(1_795_168_800)).toBe('2026-11-20T10:00:00.000Z');
  expect(at('2026-11-20T10:00:00Z')).toBe('2026-11-20T10:00:00.000Z');
});

test.each([
  ...[undefined, null, 1_895_168_800, 1e300, -5, 0, Number.NaN, true, [], {}],
  ...['', 'now', '2027-01-01T00:00:00Z', `2026${' '.repeat(1e5)}`],
])('%j is no time', (value) => {
  expect(at(value)).toBeUndefined();
});

test.each([undefined, null, 'x', 7, [], {}, { repository: null }, { repository: 'x' }])('%j is no event', (event) => {
  expect(eventTime(event, LATEST)).toBeUndefined();
});
