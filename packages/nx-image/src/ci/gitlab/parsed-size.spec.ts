import { parsedSize } from './parsed-size';

/** As Ruby 3.3.8 has counted them, parsed from YAML: `ObjectSpace.memsize_of` of each object. */
test.each([
  ['', 40],
  ['x'.repeat(15), 40],
  ['x'.repeat(16), 80],
  ['é'.repeat(28), 160],
  ['x'.repeat(295), 320],
  ['x'.repeat(296), 640],
  ['x'.repeat(615), 640],
  ['x'.repeat(616), 657],
  ['x'.repeat(5000), 5041],
  [[], 40],
  [Array.from({ length: 3 }, () => true), 40],
  [Array.from({ length: 4 }, () => 1), 200],
  [Array.from({ length: 21 }, () => null), 336],
  [Array.from({ length: 57 }, () => false), 720],
])('what Ruby counts: %#', (value, size) => {
  expect(parsedSize(value)).toBe(size);
});

test.each([
  [1, 160],
  [8, 160],
  [9, 544],
  [17, 992],
  [33, 1824],
  [65, 3488],
  [129, 7328],
  [513, 28832],
  [1025, 57504],
])('a hash of %d: not less than Ruby counts, and not much more', (length, size) => {
  const keys = 40 * length;
  const found = parsedSize(Object.fromEntries(Array.from({ length }, (_, index) => [`a${index}`, 1])));
  expect(found).toBeGreaterThanOrEqual(keys + size);
  expect(found).toBeLessThan((keys + size) * 1.06);
});

test('what is not there counts nothing', () => {
  expect(parsedSize({ a: undefined })).toBe(parsedSize({}));
});
