import { isVersion, isVersionOf } from './version-form';

it.each([
  'web-20261120-1a2b3c4',
  'web-20261120-1a2b3c4-2',
  'web-20261120-1a2b3c4-dirty-c0ffee',
  'web-20261120-1a2b3c4-dirty-c0ffee-12',
])('%s is a version of web', (tag) => {
  expect([isVersionOf('web', tag), isVersion(tag)]).toEqual([true, true]);
});

it.each([
  'web-latest',
  'web',
  '',
  'api-20261120-1a2b3c4',
  'web-debug-20261120-1a2b3c4',
  'web-20261120-1a2b3c4-amd64',
  'web-20261120-1a2b3c4\n',
])('%j is none', (tag) => {
  expect(isVersionOf('web', tag)).toBe(false);
});

it('tells an image from one whose name goes on', () => {
  expect(isVersionOf('web-20261120', 'web-20261120-1a2b3c4')).toBe(false);
  expect(isVersionOf('web-debug', 'web-debug-20261120-1a2b3c4')).toBe(true);
});
