import type { ContextEntry } from '../../source/source';
import { findRemoved } from './find-removed';

function removed(tracked: readonly string[], path: string, listed: readonly string[], prefix = '.') {
  const entries = listed.map((one): ContextEntry => ({ path: one, kind: 'file', content: '' }));
  return findRemoved({ prefix, paths: [...tracked].sort() }, path, { entries });
}

const TRACKED = [
  'images/web/Dockerfile',
  'images/web/a',
  'images/web/docs/b',
  'images/web/docs/deep/c',
  'images/web-2/a',
  'z',
];

describe('findRemoved', () => {
  it.each([
    ['nothing where all is listed', ['Dockerfile', 'a', 'docs/b', 'docs/deep/c'], [], []],
    ['a file', ['Dockerfile', 'docs/b', 'docs/deep/c'], ['a'], []],
    ['a directory without anything listed, as one', ['Dockerfile', 'a'], ['docs'], []],
    ['what is below a directory that stays', ['Dockerfile', 'a', 'docs/b'], ['docs/deep'], []],
    ['all of it', [], ['Dockerfile', 'a', 'docs'], []],
    ['what the checkout lacks', ['Dockerfile', 'a', 'docs/b', 'docs/deep/c', 'dist/x'], [], ['dist/x']],
  ])('%s', (_, listed, remove, missing) => {
    expect(removed(TRACKED, 'images/web', listed)).toEqual({ directory: 'images/web', remove, missing });
  });

  it('takes the whole checkout for a context', () => {
    expect(removed(TRACKED, 'images/web/../..', ['images/web-2/a'])).toEqual({
      directory: '.',
      remove: ['images/web', 'z'],
      missing: [],
    });
  });

  it('counts from the root of the checkout where the workspace is below it', () => {
    const tracked = TRACKED.map((path) => `sub/${path}`);
    expect(removed([...tracked, 'images/web/other'], 'images/web/', ['a'], 'sub')).toMatchObject({
      directory: 'sub/images/web',
      remove: ['Dockerfile', 'docs'],
    });
  });
});
