import { retryAfter } from './retry';

const NOW = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['2', 2000],
  [' 0 ', 0],
  ['3600', 3_600_000],
  ['9'.repeat(400), Number.POSITIVE_INFINITY],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['Thu, 01 Jan 2099 00:00:00 GMT', Date.parse('2099-01-01T00:00:00Z') - NOW],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, delay) => {
  expect(retryAfter(header, NOW)).toBe(delay);
});
