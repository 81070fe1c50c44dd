import { buffer } from 'node:stream/consumers';
import { digestOf } from '../src/oci/digest';
import { MediaType } from '../src/oci/manifest';
import { AT_ONCE, clientOf } from '../testing/client-of';
import { freePort } from '../testing/free-port';
import { startHttpServer } from '../testing/http-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';

const stopped = stoppedAfterEach();
const serve: typeof startHttpServer = (answer) => stopped(startHttpServer(answer));
const absent = digestOf('absent');

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
    const client = clientOf(undefined, { ...AT_ONCE, onNote: (note) => notes.push(note) });
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
    const client = clientOf(undefined, { ...AT_ONCE, onNote: (note) => notes.push(note) });
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

  test('a list of tags of which a page is missing is no list', async () => {
    const server = await serve((request, response) => {
      if (request.url?.includes('last=') === true) response.writeHead(404).end();
      else response.setHeader('link', '</v2/a/tags/list?last=b>; rel="next"').end('{"name":"a","tags":["a","b"]}');
    });
    await expect(clientOf().listTags({ registry: server.host, path: 'a' })).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: expect.stringMatching(/breaks off \(HTTP 404\)$/) as string,
    });
  });

  test('silence ends in a note and another try', async () => {
    const controller = new AbortController();
    let asked = 0;
    const server = await serve(() => {
      if (++asked === 2) controller.abort();
    });
    const notes: string[] = [];
    const client = clientOf(undefined, {
      ...{ ...AT_ONCE, timeouts: { idle: 30 }, signal: controller.signal },
      onNote: (note) => notes.push(note),
    });
    const asking = client.hasBlob({ registry: server.host, path: 'a' }, digest);
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    expect(notes[0]).toMatch(/no byte came for 30 ms.*retry 1 of 3/);
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
