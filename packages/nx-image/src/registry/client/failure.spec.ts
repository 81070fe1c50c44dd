import { describeRequest, failureOf, parseSpecErrors, unreachable } from './failure';
import type { Answer } from './exchange';

const url = new URL('https://user:secret@r.example/v2/a/manifests/1?X-Amz-Signature=secret');
const endpoint = { registry: 'r.example', origin: 'https://r.example', path: 'a', isMirror: false };
const answer = (status: number, body: unknown = {}): Answer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(body)),
  url,
});

test('a request is described without what is secret in its URL', () => {
  expect(describeRequest('GET', url)).toBe('GET https://r.example/v2/a/manifests/1');
});

test.each([
  [{ errors: [{ code: 'DENIED', message: 'no' }, { code: 'X' }] }, 'DENIED: no; X'],
  [{ errors: [{ message: 'line\nbreak \u001b[31mred\u202e' }] }, 'line break  [31mred '],
  [{ errors: 'none' }, ''],
  [{ errors: [null, 7] }, '; '],
  ['text', ''],
])('%j says %j', (body, words) => {
  expect(parseSpecErrors(Buffer.from(JSON.stringify(body)))).toBe(words);
});

test('long words are cut', () => {
  expect(parseSpecErrors(Buffer.from(JSON.stringify({ errors: [{ message: 'x'.repeat(999) }] })))).toHaveLength(301);
});

test.each([
  [401, 'REGISTRY_DENIED', /no credentials for r\.example.*docker login r\.example/s],
  [403, 'REGISTRY_DENIED', /no credentials/],
  [429, 'REGISTRY_ERROR', /limits how often/],
  [308, 'REGISTRY_ERROR', /redirects/],
])('%s is %s', (status, code, hint) => {
  const asked = { method: 'GET', url, endpoint, source: undefined };
  expect(failureOf(asked, answer(status))).toMatchObject({ code, hint: expect.stringMatching(hint) as string });
});

test('a refusal names where the credentials came from, and how ECR wants its login', () => {
  const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const asked = { method: 'GET', url, endpoint: { ...endpoint, registry }, source: 'auths of DOCKER_AUTH_CONFIG' };
  const { hint } = failureOf(asked, answer(403));
  expect(hint).toMatch(/came from auths of DOCKER_AUTH_CONFIG.*ecr-login.*--region eu-west-1/s);
});

test('an error of the mirror says that nothing else is asked', () => {
  const asked = { method: 'GET', url, endpoint: { ...endpoint, isMirror: true }, source: undefined };
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });
  expect(unreachable(asked, refused)).toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    message: 'GET https://r.example/v2/a/manifests/1: connect ECONNREFUSED 10.0.0.1:443',
    hint: expect.stringMatching(/Nothing listens.*mirror only/s) as string,
  });
  expect(failureOf(asked, answer(500)).hint).toMatch(/mirror only/);
});
