import { nearest } from './nearest';
import { PLATFORM_SPELLINGS } from './forms';
import { CONFIG_KEYS } from './schema';

describe('nearest', () => {
  it.each([
    ['platform', 'platforms'],
    ['Platforms', 'platforms'],
    ['build-args', 'build_args'],
    ['buildArgs', 'build_args'],
    ['upstream_erf', 'upstream_ref'],
    ['tags', 'additional_tags'],
    ['dockerfile', 'dockerfile_from'],
    ['args', 'build_args'],
    ['xyzzy', undefined],
    ['', undefined],
    ['a'.repeat(100_000), undefined],
  ])('of the keys, for %s: %s', (name, meant) => {
    expect(nearest(name, CONFIG_KEYS)).toBe(meant);
  });

  it('counts swapped neighbours once', () => {
    expect(nearest('linux/amd46', PLATFORM_SPELLINGS)).toBe('linux/amd64');
    expect(nearest('linux/arm46', PLATFORM_SPELLINGS)).toBe('linux/arm64');
  });

  it('has nothing to say without candidates', () => {
    expect(nearest('a', [])).toBeUndefined();
  });
});
