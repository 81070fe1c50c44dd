import { failedPush } from './failure';

test.each([
  [
    "TAG_INVALID: The image tag 'push-1-amd64' already exists in the 'team/images' repository and cannot be overwritten because the tag is immutable.",
    true,
  ],
  ['PRECONDITION: Failed to process request due to configured as immutable', true],
  ['MANIFEST_INVALID: manifest invalid', false],
  ['NAME_UNKNOWN: repository name not known to registry', false],
])('of a push that is refused the hint is about tags where the tag is the cause: %s', (what, isTag) => {
  const refused = failedPush(what, what);
  expect(refused).toMatchObject({
    kind: 'failed',
    code: 'BUILD_PUSH_REFUSED',
    message: expect.stringContaining(what) as string,
  });
  expect('hint' in refused ? refused.hint : '').toEqual(isTag ? expect.stringContaining('Exempt `push-*`') : '');
});
