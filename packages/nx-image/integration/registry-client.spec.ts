import { buffer } from 'node:stream/consumers';
import { digestOf } from '../src/oci/digest';
import { MediaType } from '../src/oci/manifest';
import type { Credential } from '../src/registry/registry';
import { AT_ONCE, clientOf } from '../testing/client-of';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { startRegistry, TEST_LOGIN, type TestRegistryOptions } from '../testing/registry-server';
import { stoppedAfterEach } from '../testing/stopped-after-each';

const stopped = stoppedAfterEach();
const openRegistry = async (options?: TestRegistryOptions) => (await stopped(startRegistry(options))).host;
const image = { platform: 'linux/amd64', files: { a: { content: 'a' } } };
const absent = digestOf('absent');

describe('with a real registry', () => {
  test('reads and writes manifests, blobs and tags', async () => {
    const host = await openRegistry();
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
    const host = await openRegistry();
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MediaType.ociIndex,
        manifests: [{ mediaType: MediaType.ociManifest, digest: absent, size: 1 }],
      }),
    );
    await expect(
      clientOf(undefined, AT_ONCE).putManifest({ registry: host, path: 'a', tag: 'x' }, MediaType.ociIndex, bytes),
    ).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: expect.stringMatching(
        `^PUT http://${host}/v2/a/manifests/x: HTTP 40\\d (MANIFEST|BLOB)[A-Z_]*UNKNOWN`,
      ) as string,
    });
  });

  test('logs in where it is asked to, and says whose login was refused', async () => {
    const host = await openRegistry({ login: true });
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
    const host = await openRegistry();
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
