import { retryAfter } from './retry';

const NOW = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['2', 2000],
  [' 0 ', 0],
  ['3600', 30_000],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, delay) => {
  expect(retryAfter(header, NOW)).toBe(delay);
});
