import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../src/oci/digest';
import { MediaType } from '../src/oci/manifest';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import type { Credential, RegistryClientOptions } from '../src/registry/registry';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { freePort } from '../testing/free-port';
import { startHttpServer, type TestHttpServer } from '../testing/http-server';
import { startRegistry, TEST_LOGIN } from '../testing/registry-server';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestHttpServer> {
  const server = await startHttpServer(answer);
  stops.push(() => server.stop());
  return server;
}
async function serveRegistry(options?: Parameters<typeof startRegistry>[0]): Promise<string> {
  const registry = await startRegistry(options);
  stops.push(() => registry.stop());
  return registry.host;
}
const clientOf = (credential?: Credential, options: Partial<RegistryClientOptions> = {}) =>
  createRegistryClient({
    credentials: {
      credentialOf: () => Promise.resolve(credential),
      helperOf: () => Promise.resolve(undefined),
      secrets: () => [],
    },
    ...options,
  });
const image = { platform: 'linux/amd64', files: { a: { content: 'a' } } };
const absent = digestOf('absent');

describe('with a real registry', () => {
  test('reads and writes manifests, blobs and tags', async () => {
    const host = await serveRegistry();
    const repository = { registry: host, path: 'team/images' };
    const pushed = await pushImage(host, 'team/images', 'one', image);
    const client = clientOf();

    expect(await client.headManifest({ ...repository, tag: 'one' })).toBe(pushed.digest);
    expect(await client.headManifest({ ...repository, digest: pushed.digest })).toBe(pushed.digest);
    expect(await client.headManifest({ ...repository, tag: 'two' })).toBeUndefined();
    expect(await client.getManifest({ ...repository, digest: absent })).toBeUndefined();
    const manifest = await client.getManifest({ ...repository, tag: 'one' });
    expect(manifest).toMatchObject({ digest: pushed.digest, mediaType: MediaType.ociManifest });

    expect(await client.hasBlob(repository, pushed.config)).toBe(true);
    expect(await client.hasBlob(repository, absent)).toBe(false);
    expect(await client.getBlob(repository, absent)).toBeUndefined();
    const config = await client.getBlob(repository, pushed.config);
    expect(JSON.parse(Buffer.from(config!).toString())).toMatchObject({ architecture: 'amd64' });
    const layer = await client.streamBlob(repository, pushed.layers[0]!);
    expect(digestOf(await buffer(layer!))).toBe(pushed.layers[0]);
    expect(await client.streamBlob(repository, absent)).toBeUndefined();

    const put = client.putManifest({ ...repository, tag: 'two' }, manifest!.mediaType, manifest!.bytes);
    expect(await put).toBe(pushed.digest);
    expect(await client.listTags(repository)).toEqual(['one', 'two']);
    expect(await client.listTags({ registry: host, path: 'nobody' })).toBeUndefined();
  });

  test('a refused manifest is an error in the registry’s own words', async () => {
    const host = await serveRegistry();
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MediaType.ociIndex,
        manifests: [{ mediaType: MediaType.ociManifest, digest: absent, size: 1 }],
      }),
    );
    await expect(
      clientOf().putManifest({ registry: host, path: 'a', tag: 'x' }, MediaType.ociIndex, bytes),
    ).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: expect.stringMatching(
        `^PUT http://${host}/v2/a/manifests/x: HTTP 40\\d (MANIFEST|BLOB)[A-Z_]*UNKNOWN`,
      ) as string,
    });
  });

  test('logs in where it is asked to, and says whose login was refused', async () => {
    const host = await serveRegistry({ login: true });
    const tags = (credential?: Credential) => clientOf(credential).listTags({ registry: host, path: 'a' });
    expect(await tags(TEST_LOGIN)).toBeUndefined();
    await expect(tags()).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      hint: expect.stringContaining(`docker login ${host}`) as string,
    });
    await expect(tags({ ...TEST_LOGIN, password: 'wrong', source: 'auths of config.json' })).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      hint: expect.stringContaining('came from auths of config.json') as string,
    });
  });

  test('a mirror with a prefix answers for Docker Hub, alone', async () => {
    const host = await serveRegistry();
    const pushed = await pushImage(host, 'hub/library/alpine', '3', image);
    await pushIndex(host, 'hub/library/alpine', 'index', [pushed.descriptor]);
    const notes: string[] = [];
    const client = clientOf(undefined, { mirror: `${host}/hub`, onNote: (note) => notes.push(note) });
    const alpine = { registry: 'docker.io', path: 'library/alpine' };
    expect(await client.headManifest({ ...alpine, tag: '3' })).toBe(pushed.digest);
    expect(await client.getManifest({ ...alpine, tag: 'index' })).toMatchObject({ mediaType: MediaType.ociIndex });
    expect(await client.headManifest({ ...alpine, tag: 'absent' })).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(/docker\.io\/library\/alpine.*not in the mirror/)]);
  });
});

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
  const head = (client: ReturnType<typeof clientOf>, host: string, tag: string, path = 'a/b') =>
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

describe('with a server in trouble', () => {
  const bytes = Buffer.from('content');
  const digest = digestOf(bytes);

  test('Authorization stays with the registry when a blob is elsewhere', async () => {
    const storage = await serve((_, response) => response.end(bytes));
    const server = await serve((request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      else response.writeHead(307, { location: `http://${storage.host}/signed?signature=s3cret` }).end();
    });
    const client = clientOf({ username: 'me', password: 'pw' });
    expect(Buffer.from((await client.getBlob({ registry: server.host, path: 'a' }, digest))!)).toEqual(bytes);
    expect(storage.requests).toEqual(['GET /signed?signature=s3cret']);
  });

  test('a redirect without end is an error without the secrets of its address', async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: '/again?signature=s3cret' }).end());
    await expect(clientOf().getBlob({ registry: server.host, path: 'a' }, digest)).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: `GET http://${server.host}/again: HTTP 302`,
    });
  });

  test.each([429, 502, 503, 504])('HTTP %s is asked again, three times at most', async (status) => {
    let failures = 3;
    const server = await serve((_, response) => {
      if (failures-- > 0) response.writeHead(status, { 'retry-after': '0' }).end();
      else response.end(bytes);
    });
    const notes: string[] = [];
    const client = clientOf(undefined, { onNote: (note) => notes.push(note) });
    const blob = () => client.getBlob({ registry: server.host, path: 'a' }, digest);
    expect(await blob()).toHaveLength(bytes.length);
    expect(notes).toHaveLength(3);
    failures = 4;
    await expect(blob()).rejects.toMatchObject({ code: 'REGISTRY_ERROR' });
  });

  test('a lost connection is asked again, within the body too', async () => {
    let losses = 2;
    const server = await serve((request, response) => {
      if (losses-- === 2) request.socket.destroy();
      else if (losses === 0)
        response.writeHead(200, { 'content-length': 99 }).write('cont', () => request.socket.destroy());
      else response.end(bytes);
    });
    const notes: string[] = [];
    const client = clientOf(undefined, { onNote: (note) => notes.push(note) });
    expect(await client.getBlob({ registry: server.host, path: 'a' }, digest)).toHaveLength(bytes.length);
    expect(notes).toHaveLength(2);
  });

  test('a manifest whose parts are out of sight for a moment is put again', async () => {
    let puts = 0;
    const unseen = { errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' }] };
    const server = await serve((request, response) => {
      request.resume();
      if (request.method === 'PUT' && ++puts <= 2) response.writeHead(400).end(JSON.stringify(unseen));
      else response.setHeader('docker-content-digest', digest).end();
    });
    const notes: string[] = [];
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const client = clientOf(undefined, { clock, onNote: (note) => notes.push(note) });
    expect(await client.putManifest({ registry: server.host, path: 'a', tag: 'x' }, 'x/y', bytes)).toBe(digest);
    expect(puts).toBe(3);
    expect(notes).toEqual([expect.stringContaining('retry 1 of 3'), expect.stringContaining('retry 2 of 3')]);
  });

  test('a HEAD that names no digest is asked again as a GET', async () => {
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MediaType.ociManifest }));
    const server = await serve((request, response) => response.end(request.method === 'HEAD' ? undefined : manifest));
    const client = clientOf();
    expect(await client.headManifest({ registry: server.host, path: 'a', tag: 'x' })).toBe(digestOf(manifest));
    expect(await client.getManifest({ registry: server.host, path: 'a', tag: 'x' })).toMatchObject({
      mediaType: MediaType.ociManifest,
    });
  });

  test('bytes that are not the digest’s are an error', async () => {
    const server = await serve((_, response) => response.setHeader('docker-content-digest', absent).end(bytes));
    const client = clientOf();
    const repository = { registry: server.host, path: 'a' };
    const damaged = { code: 'REGISTRY_ERROR' };
    await expect(client.getManifest({ ...repository, digest: absent })).rejects.toMatchObject(damaged);
    await expect(client.getManifest({ ...repository, tag: 'x' })).rejects.toMatchObject(damaged);
    await expect(client.headManifest({ ...repository, digest })).rejects.toMatchObject(damaged);
    await expect(client.getBlob(repository, absent)).rejects.toMatchObject(damaged);
    await expect(client.putManifest({ ...repository, tag: 'x' }, 'x/y', bytes)).rejects.toMatchObject(damaged);
    const chunks: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of (await client.streamBlob(repository, absent))!) chunks.push(chunk);
    };
    await expect(read()).rejects.toMatchObject(damaged);
    expect(Buffer.concat(chunks)).toEqual(bytes);
  });

  test('a blob that is too large is not read whole', async () => {
    const server = await serve((_, response) => response.end(Buffer.alloc(9 * 1024 * 1024)));
    await expect(clientOf().getBlob({ registry: server.host, path: 'a' }, digest)).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: expect.stringContaining('longer than 8388608 bytes') as string,
    });
  });

  test('the pages of tags are followed to their end', async () => {
    const server = await serve((request, response) => {
      const last = new URLSearchParams(request.url?.split('?')[1]).get('last');
      const [tags, next] = last === null ? [['a', 'b'], 'b'] : last === 'b' ? [['c'], 'c'] : [null, undefined];
      if (next !== undefined)
        response.setHeader('link', `<http://elsewhere/v2/a/tags/list?last=${next}&n=2>; rel="next"`);
      response.end(JSON.stringify({ name: 'a', tags }));
    });
    expect(await clientOf().listTags({ registry: server.host, path: 'a' })).toEqual(['a', 'b', 'c']);
  });

  test('silence ends in a note and another try', async () => {
    const server = await serve(() => undefined);
    const controller = new AbortController();
    const note = new Promise<string>((resolve) => {
      const client = clientOf(undefined, { timeouts: { idle: 30 }, signal: controller.signal, onNote: resolve });
      client.hasBlob({ registry: server.host, path: 'a' }, digest).catch(() => undefined);
    });
    expect(await note).toMatch(/no byte came for 30 ms.*retry 1 of 3/);
    controller.abort();
  });

  test('an abort ends every request, and is no error of the registry', async () => {
    const controller = new AbortController();
    let waiting = 0;
    const server = await serve((request, response) => {
      if (request.url?.includes(absent) === true) response.writeHead(200).write('part');
      if (++waiting === 13)
        setImmediate(() => {
          controller.abort();
        });
    });
    const client = clientOf(undefined, { signal: controller.signal });
    const repository = { registry: server.host, path: 'a' };
    const stream = async () => {
      await buffer((await client.streamBlob(repository, absent))!);
    };
    const asked = [...Array.from({ length: 12 }, () => client.hasBlob(repository, digest)), stream()];
    for (const result of await Promise.allSettled(asked)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    }
  });

  test('nobody there, no such name, plain HTTP where TLS is expected', async () => {
    const gone = `127.0.0.1:${await freePort()}`;
    const plain = await serve((_, response) => response.end());
    // The IPv4 loopback by another name, which nobody takes for one.
    const mapped = `[::ffff:7f00:1]:${plain.port}`;
    const head = (registry: string, options = {}) =>
      clientOf(undefined, options).headManifest({ registry, path: 'a', tag: 'x' });
    await expect(head(gone)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      hint: expect.stringContaining(`Nothing listens at ${gone}`) as string,
    });
    await expect(head(mapped)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      hint: expect.stringContaining('insecureRegistries') as string,
    });
    expect(await head(mapped, { insecure: [mapped] })).toBe(digestOf(''));
  });
});
