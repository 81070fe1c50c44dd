import { counted, formatSeconds, formatSize, shortDigest } from './amounts';

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [1049, '1.05 kB'],
    [9_995, '10.0 kB'],
    [12_345, '12.3 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [2_097_152, '2.10 MB'],
    [123_456_789, '123 MB'],
    [5_000_000_000, '5.00 GB'],
    [7_000_000_000_000_000, '7000 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

describe('formatSeconds', () => {
  it.each([
    [0, '0.0s'],
    [0.84, '0.8s'],
    [9.94, '9.9s'],
    [9.96, '10s'],
    [59.4, '59s'],
    [59.6, '1m00s'],
    [185, '3m05s'],
    [3599.6, '1h00m'],
    [3720, '1h02m'],
  ])('%d is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

it('shortens a digest to twelve digits', () => {
  expect(shortDigest(`sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('0123456789ab');
});

test('counts', () => {
  expect([0, 1, 2].map((count) => counted(count, 'image'))).toEqual(['0 images', '1 image', '2 images']);
});
