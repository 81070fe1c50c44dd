import { parseChallenge } from './challenge';

test.each([
  ['Basic realm="test"', { scheme: 'basic' }],
  ['basic', { scheme: 'basic' }],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    { scheme: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io' },
  ],
  [
    'bearer service=plain , REALM="https://a/?x=\\"1\\",2"',
    { scheme: 'bearer', realm: 'https://a/?x="1",2', service: 'plain' },
  ],
  ['Basic realm="a, b", Bearer realm="https://a/t"', { scheme: 'bearer', realm: 'https://a/t', service: undefined }],
  ['Bearer service="no realm"', undefined],
  ['Negotiate', undefined],
  ['', undefined],
])('%s', (header, challenge) => {
  expect(parseChallenge(header)).toEqual(challenge);
});
