import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../src/oci/digest';
import { MediaType } from '../src/oci/manifest';
import { pushBlob, pushImage, pushIndex, pushManifest } from '../testing/fixture-images';
import { serveLocalRegistry, type Reply } from '../testing/serve-local-registry';

const { ask, directory, host } = serveLocalRegistry();
const codeOf = ({ body }: Reply) => (JSON.parse(body) as { errors: { code: string }[] }).errors[0]?.code;
const bytes = 'the content of a blob';
const digest = digestOf(bytes);
const startUpload = async (name: string) => String((await ask('POST', `/v2/${name}/blobs/uploads/`)).headers.location);

describe('blobs', () => {
  test('in one piece, in chunks, at once', async () => {
    const whole = await startUpload('a');
    expect(await ask('PUT', `${whole}?digest=${digest}`, bytes)).toMatchObject({
      status: 201,
      headers: { location: `/v2/a/blobs/${digest}`, 'docker-content-digest': digest },
    });

    const chunked = await startUpload('a');
    expect(await ask('PATCH', chunked, bytes.slice(0, 3), { 'content-range': '0-2' })).toMatchObject({
      status: 202,
      headers: { range: '0-2' },
    });
    expect(await ask('PATCH', chunked, 'x', { 'content-range': '9-9' })).toMatchObject({ status: 416 });
    expect(await ask('GET', chunked)).toMatchObject({ status: 204, headers: { range: '0-2' } });
    expect(await ask('PATCH', chunked, bytes.slice(3, 9))).toMatchObject({ status: 202, headers: { range: '0-8' } });
    expect(await ask('PUT', `${chunked}?digest=${digest}`, bytes.slice(9))).toMatchObject({ status: 201 });
    expect(await ask('GET', chunked)).toMatchObject({ status: 404 });

    expect(await ask('POST', `/v2/a/blobs/uploads/?digest=${digestOf('one')}`, 'one')).toMatchObject({ status: 201 });
    expect(await ask('GET', `/v2/a/blobs/${digestOf('one')}`)).toMatchObject({ status: 200, body: 'one' });
  });

  test('whole and in ranges', async () => {
    await pushBlob(host(), 'a', Buffer.from(bytes));
    const blob = `/v2/a/blobs/${digest}`;
    const length = String(bytes.length);
    expect(await ask('HEAD', blob)).toMatchObject({
      status: 200,
      headers: { 'content-length': length, 'docker-content-digest': digest },
      body: '',
    });
    expect(await ask('GET', blob)).toMatchObject({ status: 200, body: bytes });
    expect(await ask('GET', blob, undefined, { range: 'bytes=4-6' })).toMatchObject({
      status: 206,
      headers: { 'content-range': `bytes 4-6/${length}` },
      body: bytes.slice(4, 7),
    });
    expect(await ask('GET', blob, undefined, { range: 'bytes=-4' })).toMatchObject({ status: 206, body: 'blob' });
    expect(await ask('GET', blob, undefined, { range: 'bytes=999-' })).toMatchObject({ status: 416 });
    expect(await ask('HEAD', `/v2/a/blobs/${digestOf('absent')}`)).toMatchObject({ status: 404 });
  });

  test('what is here is mounted, what is not is uploaded', async () => {
    await pushBlob(host(), 'a', Buffer.from(bytes));
    const mount = (name: string) => ask('POST', `/v2/b/c/blobs/uploads/?mount=${name}&from=a`);
    expect(await mount(digest)).toMatchObject({ status: 201, headers: { location: `/v2/b/c/blobs/${digest}` } });
    expect(await mount(digestOf('absent'))).toMatchObject({ status: 202 });
  });

  test('a wrong digest and a cancelled upload leave nothing', async () => {
    const wrong = await startUpload('a');
    const refused = await ask('PUT', `${wrong}?digest=${digestOf('other')}`, bytes);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'DIGEST_INVALID']);
    expect(await ask('HEAD', `/v2/a/blobs/${digestOf('other')}`)).toMatchObject({ status: 404 });
    const cancelled = await startUpload('a');
    expect(await ask('DELETE', cancelled)).toMatchObject({ status: 204 });
    expect(await ask('PUT', `${cancelled}?digest=${digest}`, bytes)).toMatchObject({ status: 404 });
  });

  test('an upload is another repository’s only where it was begun', async () => {
    const location = await startUpload('a');
    expect(await ask('PATCH', location.replace('/v2/a/', '/v2/b/'), 'x')).toMatchObject({ status: 404 });
    await ask('DELETE', location);
  });

  test('many push one blob at once', async () => {
    await pushBlob(host(), 'a', Buffer.from(bytes));
    const uploads = () => readdir(join(directory, 'uploads'));
    const before = await uploads();
    const large = Buffer.alloc(3_000_000, 'large');
    await Promise.all(Array.from({ length: 8 }, () => pushBlob(host(), 'a', large)));
    expect((await ask('GET', `/v2/a/blobs/${digestOf(large)}`)).body).toHaveLength(large.length);
    expect(await uploads()).toEqual(before);
  });
});

describe('manifests and tags', () => {
  const image = { platform: 'linux/amd64', files: { a: { content: 'a' } } };

  test('by tag and by digest, GET and HEAD', async () => {
    const pushed = await pushImage(host(), 'm/one', 'x', image);
    for (const reference of ['x', pushed.digest]) {
      const read = await ask('GET', `/v2/m/one/manifests/${reference}`);
      expect(digestOf(read.body)).toBe(pushed.digest);
      const headers = { 'content-type': MediaType.ociManifest, 'docker-content-digest': pushed.digest };
      expect(read).toMatchObject({ status: 200, headers });
      expect(await ask('HEAD', `/v2/m/one/manifests/${reference}`)).toMatchObject({ status: 200, headers, body: '' });
      expect(await ask('GET', `/v2/m/other/manifests/${reference}`)).toMatchObject({ status: 404 });
    }
  });

  test('what could not be pulled is refused', async () => {
    const pushed = await pushImage(host(), 'm/two', undefined, image);
    const put = async (manifest: object | string, mediaType: string = MediaType.ociManifest, reference = 'x') => {
      const body = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
      const reply = await ask('PUT', `/v2/m/two/manifests/${reference}`, body, { 'content-type': mediaType });
      return [reply.status, codeOf(reply)];
    };
    const blob = (of: string) => ({ mediaType: 'x', digest: of, size: 1 });
    const absent = digestOf('absent');
    const good = { schemaVersion: 2, config: blob(pushed.config), layers: [blob(pushed.layers[0]!)] };
    expect(await put({ ...good, layers: [blob(absent)] })).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    expect(await put({ ...good, config: blob(absent) })).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    expect(await put({ ...good, mediaType: MediaType.ociIndex })).toEqual([400, 'MANIFEST_INVALID']);
    expect(await put({ ...good, layers: undefined })).toEqual([400, 'MANIFEST_INVALID']);
    expect(await put({ ...good, config: { digest: '../x' } })).toEqual([400, 'MANIFEST_INVALID']);
    expect(await put(good, 'text/plain')).toEqual([400, 'MANIFEST_INVALID']);
    expect(await put('{', MediaType.ociManifest)).toEqual([400, 'MANIFEST_INVALID']);
    expect(await put(good, MediaType.ociManifest, absent)).toEqual([400, 'DIGEST_INVALID']);
    expect(await put('x'.repeat(5_000_000))).toEqual([413, 'SIZE_INVALID']);
    const index = { schemaVersion: 2, manifests: [blob(absent)] };
    expect(await put(index, MediaType.ociIndex)).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    expect(await ask('GET', '/v2/m/two/manifests/x')).toMatchObject({ status: 404 });
  });

  test('layers that lie elsewhere by their own word need not be here', async () => {
    const config = await pushBlob(host(), 'm/foreign', Buffer.from('{}'));
    const foreign = { mediaType: 'x', digest: digestOf('far'), size: 1, urls: ['https://example.com/'] };
    const manifest = { schemaVersion: 2, config: { mediaType: 'x', digest: config, size: 2 }, layers: [foreign] };
    await pushManifest(host(), 'm/foreign', 'x', MediaType.dockerManifest, Buffer.from(JSON.stringify(manifest)));
  });

  test('tags are listed in order and in pages', async () => {
    const { descriptor } = await pushImage(host(), 'm/tags', 'b', image);
    for (const tag of ['a', 'C', 'd', '_e']) await pushIndex(host(), 'm/tags', tag, [descriptor]);
    const list = async (query: string) => {
      const reply = await ask('GET', `/v2/m/tags/tags/list${query}`);
      return { ...(JSON.parse(reply.body) as object), link: reply.headers.link };
    };
    expect(await list('')).toEqual({ name: 'm/tags', tags: ['C', '_e', 'a', 'b', 'd'], link: undefined });
    const link = '</v2/m/tags/tags/list?n=2&last=_e>; rel="next"';
    expect(await list('?n=2')).toEqual({ name: 'm/tags', tags: ['C', '_e'], link });
    expect(await list('?n=2&last=b')).toEqual({ name: 'm/tags', tags: ['d'], link: undefined });
    expect(await ask('GET', '/v2/m/tags/tags/list?n=-1')).toMatchObject({ status: 400 });
    expect(await ask('GET', '/v2/m/nobody/tags/list')).toMatchObject({ status: 404 });
  });

  test('a tag goes alone, a digest with its tags', async () => {
    const first = await pushImage(host(), 'm/gone', 'a', image);
    await pushManifest(
      host(),
      'm/gone',
      'b',
      MediaType.ociManifest,
      Buffer.from((await ask('GET', '/v2/m/gone/manifests/a')).body),
    );
    const other = await pushImage(host(), 'm/gone', 'c', { ...image, platform: 'linux/arm64' });
    expect(await ask('DELETE', '/v2/m/gone/manifests/a')).toMatchObject({ status: 202 });
    expect(await ask('DELETE', '/v2/m/gone/manifests/a')).toMatchObject({ status: 404 });
    expect(await ask('HEAD', `/v2/m/gone/manifests/${first.digest}`)).toMatchObject({ status: 200 });
    expect(await ask('DELETE', `/v2/m/gone/manifests/${first.digest}`)).toMatchObject({ status: 202 });
    expect(JSON.parse((await ask('GET', '/v2/m/gone/tags/list')).body)).toMatchObject({ tags: ['c'] });
    expect(await ask('HEAD', `/v2/m/gone/manifests/${other.digest}`)).toMatchObject({ status: 200 });
  });
});

test.each([
  ['/v2/../../etc/blobs/uploads/', 400],
  ['/v2/a/../b/tags/list', 400],
  ['/v2/a%2f..%2fb/tags/list', 400],
  ['/v2/%2e%2e/tags/list', 400],
  ['/v2/_tags/tags/list', 400],
  ['/v2/A/tags/list', 400],
  ['/v2/a%00/tags/list', 400],
  ['/v2/a%/tags/list', 400],
  ['/v2/a/manifests/..', 400],
  ['/v2/a/manifests/-x', 400],
  ['/v2/a/blobs/sha256:..%2f..%2fx', 404],
  ['/v2/a/blobs/sha512:00', 400],
  ['/v2/a/blobs/uploads/..%2f..%2fid', 404],
  ['/v2/a/blobs/uploads/00000000-0000-0000-0000-000000000000', 404],
  ['/v2/_catalog', 404],
  ['/', 404],
  ['/id', 404],
])('%s is %s, in the words of the specification', async (path, status) => {
  const reply = await ask('GET', path);
  expect(reply.status).toBe(status);
  expect(codeOf(reply)).toMatch(/^[A-Z_]+$/);
});

test('what is not supported, and who is not served', async () => {
  expect(await ask('DELETE', '/v2/')).toMatchObject({ status: 405 });
  expect(await ask('GET', '/v2/', undefined, { host: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await ask('GET', '/v2')).toMatchObject({
    status: 200,
    headers: { 'docker-distribution-api-version': 'registry/2.0' },
  });
});

const testOfIpv6 = hasIpv6Loopback() ? test : test.skip;

testOfIpv6('the other loopback address is the same server', async () => {
  const reply = await fetch(`http://[::1]:${host().split(':')[1] ?? ''}/v2/`);
  expect(reply.headers.get('x-hephy-registry')).toBe(await readFile(join(directory, 'id'), 'utf8'));
});

function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
}
