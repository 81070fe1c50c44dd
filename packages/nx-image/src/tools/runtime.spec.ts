import { KANIKO_IMAGE, readRuntimeWish } from './runtime';

test('nothing said is auto, with an image that is no `latest`', () => {
  const nobody = { runtime: 'auto', askedBy: undefined, image: KANIKO_IMAGE };
  expect(readRuntimeWish({}, {})).toEqual(nobody);
  expect(readRuntimeWish({ HEPHY_RUNTIME: '', HEPHY_KANIKO_IMAGE: '' }, { runtime: '', kanikoImage: '' })).toEqual(
    nobody,
  );
  expect(KANIKO_IMAGE).toMatch(/:v\d+\.\d+\.\d+$/);
});

test('the environment goes before the options', () => {
  const options = { runtime: 'docker', kanikoImage: 'a/b:1' };
  expect(readRuntimeWish({}, options)).toEqual({ runtime: 'docker', askedBy: 'the option `runtime`', image: 'a/b:1' });
  expect(readRuntimeWish({ HEPHY_RUNTIME: 'podman', HEPHY_KANIKO_IMAGE: 'c/d:2' }, options)).toEqual({
    runtime: 'podman',
    askedBy: 'HEPHY_RUNTIME',
    image: 'c/d:2',
  });
  expect(readRuntimeWish({ HEPHY_RUNTIME: 'auto' }, options).runtime).toBe('auto');
});

test.each([
  [{ HEPHY_RUNTIME: 'Docker' }, {}],
  [{}, { runtime: 'kubernetes' }],
  [{}, { kanikoImage: '--privileged' }],
])('%j with %j is an error', (env, options) => {
  expect(() => readRuntimeWish(env, options)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }) as Error);
});
