import { buffer } from 'node:stream/consumers';
import { digestOf } from '../src/oci/digest';
import type { RegistryClient } from '../src/registry/registry';
import { clientOf } from '../testing/client-of';
import { startHttpServer } from '../testing/http-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';

const stopped = stoppedAfterEach();
const serve: typeof startHttpServer = (answer) => stopped(startHttpServer(answer));
const absent = digestOf('absent');

describe('with a registry that asks for tokens', () => {
  const challenge = (host: string) => `Bearer realm="http://${host}/token?x=1",service="s"`;
  const tokenServer = async (isValid: (authorization: string | undefined) => boolean, token: () => object) => {
    const server = await serve((request, response) => {
      if (request.url?.startsWith('/token') === true) response.end(JSON.stringify(token()));
      else if (isValid(request.headers.authorization)) response.setHeader('docker-content-digest', absent).end();
      else response.writeHead(401, { 'www-authenticate': challenge(server.host) }).end();
    });
    return server;
  };
  const head = (client: RegistryClient, host: string, tag: string, path = 'a/b') =>
    client.headManifest({ registry: host, path, tag });

  test('many requests share one token, and later ones bring it along', async () => {
    const server = await tokenServer(
      (authorization) => authorization === 'Bearer t',
      () => ({ token: 't' }),
    );
    const client = clientOf({ username: 'me', password: 'pw' });
    await Promise.all(Array.from({ length: 20 }, (_, index) => head(client, server.host, String(index))));
    const tokens = () => server.requests.filter((request) => request.includes('/token'));
    const basic = Buffer.from('me:pw').toString('base64');
    expect(tokens()).toEqual([`GET /token?x=1&service=s&scope=repository%3Aa%2Fb%3Apull Basic ${basic}`]);
    const before = server.requests.length;
    await head(client, server.host, 'again');
    expect(server.requests.slice(before)).toEqual(['HEAD /v2/a/b/manifests/again Bearer t']);
    await head(client, server.host, 'x', 'other');
    expect(tokens()).toHaveLength(2);
  });

  test('a token that is refused is renewed, once for all', async () => {
    let current = 0;
    const server = await tokenServer(
      (authorization) => authorization === `Bearer t${current}`,
      () => ({ access_token: `t${current}`, expires_in: 3600 }),
    );
    const client = clientOf();
    await head(client, server.host, 'first');
    current = 1;
    await Promise.all(['a', 'b', 'c'].map((tag) => head(client, server.host, tag)));
    expect(server.requests.filter((request) => request.includes('/token'))).toHaveLength(2);
  });

  test('a registry that takes no token is denied, after one more try', async () => {
    const server = await tokenServer(
      () => false,
      () => ({ token: 't' }),
    );
    await expect(head(clientOf(), server.host, 'x')).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(server.requests).toHaveLength(3);
  });

  test('an identity token is exchanged by OAuth2', async () => {
    let form = '';
    const server = await serve((request, response) => {
      if (request.method === 'POST') {
        void buffer(request).then((bytes) => {
          form = bytes.toString();
          response.end('{"access_token":"t"}');
        });
      } else if (request.headers.authorization === 'Bearer t') {
        response.setHeader('docker-content-digest', absent).end();
      } else response.writeHead(401, { 'www-authenticate': challenge(server.host) }).end();
    });
    expect(await head(clientOf({ username: '<token>', password: 'id&' }), server.host, 'x')).toBe(absent);
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      grant_type: 'refresh_token',
      service: 's',
      scope: 'repository:a/b:pull',
      client_id: 'hephy',
      refresh_token: 'id&',
    });
  });

  test.each([
    ['a\nb', /holds no token/],
    [7, /holds no token/],
  ])('the token %j is an error', async (token, message) => {
    const server = await tokenServer(
      () => false,
      () => ({ token }),
    );
    await expect(head(clientOf(), server.host, 'x')).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: expect.stringMatching(message) as string,
    });
  });
});
