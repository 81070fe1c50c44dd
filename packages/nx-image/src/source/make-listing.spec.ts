import fc from 'fast-check';
import { makeListing } from './make-listing';
import type { ContextEntry } from './source';

const entry = (path: string, more: Partial<ContextEntry> = {}): ContextEntry => ({
  path,
  kind: 'file',
  content: 'c0ffee',
  ...more,
});

describe('makeListing', () => {
  it('sorts by bytes, not by UTF-16', () => {
    const paths = ['a\u{1f600}', 'a\uffee', 'a/b', 'a', 'a.b', 'B'];
    const sorted = makeListing(
      paths.map((path) => entry(path)),
      0,
    ).entries.map(({ path }) => path);
    expect(sorted).toEqual([...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(sorted.indexOf('a\uffee')).toBeLessThan(sorted.indexOf('a\u{1f600}'));
  });

  it('has one digest in any order, and another for each difference', () => {
    const [a, b] = [entry('a'), entry('b')];
    const digests = [
      [a, b],
      [a],
      [a, entry('b', { kind: 'executable' })],
      [a, entry('b', { content: 'beef' })],
      [a, entry('b2')],
      [a, entry('b', { kind: 'symlink' })],
    ].map((entries) => makeListing(entries, 0).digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(makeListing([b, a], 7).digest).toBe(digests[0]);
  });

  it('mixes nothing up between neighbours', () => {
    const list = fc.uniqueArray(fc.string({ minLength: 1, unit: fc.constantFrom('a', '\n', ' ', '/') }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(list, list, (left, right) => {
        const same = JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());
        const [a, b] = [left, right].map(
          (paths) =>
            makeListing(
              paths.map((path) => entry(path)),
              0,
            ).digest,
        );
        expect(a === b).toBe(same);
      }),
    );
  });
});
