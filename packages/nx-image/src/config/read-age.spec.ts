import { readAge } from './read-age';

const HOUR = 3600 * 1000;

describe('readAge', () => {
  it.each([
    ['1h', HOUR],
    ['36h', 36 * HOUR],
    ['7d', 7 * 24 * HOUR],
    ['1w', 7 * 24 * HOUR],
    ['2w', 14 * 24 * HOUR],
    ['366d', 366 * 24 * HOUR],
  ])('%s', (text, age) => {
    expect(readAge(text)).toBe(age);
  });

  it.each(['', '0d', '7', 'd', '30m', '90s', '7 d', '7D', '1d12h', '-7d', '1.5d', '367d', '53w', '99999w', '7d\n'])(
    'not %j',
    (text) => {
      expect(readAge(text)).toBeUndefined();
    },
  );
});
