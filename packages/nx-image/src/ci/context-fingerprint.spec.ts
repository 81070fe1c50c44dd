import { contextFingerprint, findUnlistable, type FingerprintedEntry } from './context-fingerprint';

const A = 'a'.repeat(64);
const PLAIN: FingerprintedEntry[] = [
  { path: 'a', kind: 'file', content: A },
  { path: 'b/run', kind: 'executable', content: A },
  { path: 'c', kind: 'symlink', content: '../x' },
];

test('does not depend on the order of entries, nor on directories', () => {
  const expected = contextFingerprint({ entries: PLAIN });
  expect(expected).toMatch(/^[0-9a-f]{64}$/);
  expect(contextFingerprint({ entries: [...PLAIN].reverse() })).toBe(expected);
  expect(contextFingerprint({ entries: [...PLAIN, { path: 'd', kind: 'directory', content: '' }] })).toBe(expected);
});

test('an empty context is the hash of nothing', () => {
  expect(contextFingerprint({ entries: [] })).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a link is told from another by where its name ends', () => {
  const one = contextFingerprint({ entries: [{ path: 'a', kind: 'symlink', content: 'b/c' }] });
  expect(contextFingerprint({ entries: [{ path: 'a/b', kind: 'symlink', content: 'c' }] })).not.toBe(one);
});

test.each([
  ['a\nb', 'file', A],
  ['a\r', 'executable', A],
  ['link', 'symlink', 'to\n'],
] as const)('%j as %s cannot be listed', (path, kind, content) => {
  const entry = { path, kind, content };
  expect(findUnlistable({ entries: [...PLAIN, entry] })).toBe(entry);
  expect(() => contextFingerprint({ entries: [entry] })).toThrow(/no line can hold/);
});

test('what programs of a shell can carry is listed', () => {
  const odd = ['back\\slash', '-x', ' ', '$(id)', 'a\tb', '"', "'"].map(
    (path) => ({ path, kind: 'file', content: A }) as const,
  );
  expect(findUnlistable({ entries: odd })).toBeUndefined();
});

test('bytes that nobody has seen are a bug', () => {
  const entry = { path: 'a', kind: 'file', content: `git:${'1'.repeat(40)}` } as const;
  expect(() => contextFingerprint({ entries: [entry] })).toThrow(/has no sha256/);
});
