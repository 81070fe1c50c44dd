import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, hexOf, type Digest } from '../src/oci/digest';
import { MediaType, type ImageIndex } from '../src/oci/manifest';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { publishIndex } from '../src/registry/publish/publish-index';
import { findExternalTool } from '../testing/external-tools';
import { pushImage, pushIndex, type PushedImage } from '../testing/fixture-images';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const client = createRegistryClient({
  credentials: {
    credentialOf: () => Promise.resolve(undefined),
    helperOf: () => Promise.resolve(undefined),
    secrets: () => [],
  },
});
let registry: TestRegistry;
let children: PushedImage[];
const path = 'team/images';
const repository = () => ({ registry: registry.host, path });

beforeEach(async () => {
  registry = await startRegistry();
  children = [];
  for (const platform of ['linux/arm64', 'linux/amd64', 'linux/arm/v7']) {
    children.push(await pushImage(registry.host, path, undefined, { platform, files: { a: { content: platform } } }));
  }
});
afterEach(() => registry.stop());

const indexOf = (annotations: Record<string, string> = {}): ImageIndex => ({
  schemaVersion: 2,
  mediaType: MediaType.ociIndex,
  manifests: children.map(({ descriptor }) => descriptor),
  annotations,
});

test('an index is published under its digest, without a tag, as often as one likes', async () => {
  const published = await publishIndex(client, repository(), indexOf({ a: 'b' }));
  expect(await client.listTags(repository())).toBeUndefined();
  expect(await publishIndex(client, repository(), indexOf({ a: 'b' }))).toEqual(published);
  const tagged = { ...repository(), tag: 'latest' };
  expect(await client.putManifest(tagged, published.mediaType, published.bytes)).toBe(published.digest);
  expect(await client.headManifest(tagged)).toBe(published.digest);
});

test('a child that is not there is named, and nothing is published', async () => {
  const absent = digestOf('absent');
  const manifests = [...indexOf().manifests, { mediaType: MediaType.ociManifest, digest: absent, size: 1 }];
  await expect(publishIndex(client, repository(), { ...indexOf(), manifests })).rejects.toMatchObject({
    code: 'IMAGE_INCOMPLETE',
    message: expect.stringContaining(absent) as string,
  });
});

test('a child without one of its blobs is named with it', async () => {
  const child = children[1]!;
  const layer = child.layers[0]!;
  await removeBlob(layer);
  await expect(publishIndex(client, repository(), indexOf())).rejects.toMatchObject({
    code: 'IMAGE_INCOMPLETE',
    message: expect.stringMatching(`${child.digest}.*${layer}`) as string,
  });
});

test('an index is no child', async () => {
  const digest = await pushIndex(registry.host, path, undefined, [children[0]!.descriptor]);
  const manifests = [{ mediaType: MediaType.ociIndex, digest, size: 1 }];
  await expect(publishIndex(client, repository(), { ...indexOf(), manifests })).rejects.toMatchObject({
    code: 'IMAGE_INCOMPLETE',
  });
});

const manifestTool = findExternalTool('manifest-tool');
(manifestTool === undefined ? test.skip : test).each([
  ['none', {}],
  ['ordinary ones', { 'org.opencontainers.image.revision': 'abc', 'org.opencontainers.image.created': '2026' }],
  [
    'what JSON and HTML escape',
    { html: '<a href="x">&amp;\'</a>', json: '\\ " / \t \n \r \b \f', controls: '\0\u001b\u007f' },
  ],
  ['Unicode', { text: 'é 漢 😀 \u0085\u00a0\ufeff', separators: '\u2028\u2029', '😀': 'after', '\uff5e': 'before' }],
  ['keys that look like numbers', { '10': 'a', '9': 'b', '-1': 'c', '': 'empty', 'a<b>&': '' }],
])('byte for byte what manifest-tool publishes, with annotations: %s', async (_, annotations) => {
  const { digest, bytes } = await publishIndex(client, repository(), indexOf(annotations));
  const other = { ...repository(), path: 'team/other' };
  for (const { descriptor } of children) await copyManifest(descriptor.digest, other.path);
  const printed = pushByTool(`${other.registry}/${other.path}`, annotations);
  expect(printed).toContain(`Digest: ${digest} ${bytes.length}`);
  expect((await client.getManifest({ ...other, digest }))?.bytes).toEqual(bytes);
});

function pushByTool(image: string, annotations: Record<string, string>): string {
  const spec = {
    image,
    annotations,
    manifests: children.map(({ digest, descriptor }) => ({
      image: `${image}@${digest}`,
      platform: descriptor.platform,
    })),
  };
  const directory = mkdtempSync(join(tmpdir(), 'hephy-spec-'));
  try {
    const file = join(directory, 'spec.yaml');
    // JSON is YAML but for what YAML does not print.
    const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    writeFileSync(file, JSON.stringify(spec).replace(/[\x7f-\xa0\u2028\u2029\ufeff]/g, escape));
    const options = ['--plain-http', 'push', '--type', 'oci', 'from-spec', file];
    return execFileSync(manifestTool ?? '', options, { encoding: 'utf8' });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function copyManifest(digest: Digest, to: string): Promise<void> {
  const image = children.find((child) => child.digest === digest)!;
  const { os, architecture, variant } = image.descriptor.platform;
  const platform = [os, architecture, variant].filter((part) => part !== undefined).join('/');
  await pushImage(registry.host, to, undefined, { platform, files: { a: { content: platform } } });
}

async function removeBlob(digest: Digest): Promise<void> {
  const hex = hexOf(digest);
  const blobs = join(registry.directory, 'data/docker/registry/v2');
  await rm(join(blobs, 'repositories', path, '_layers/sha256', hex), { recursive: true });
}
