import { randomBytes } from 'node:crypto';
import type { Descriptor } from '../src/oci/manifest';
import { parsePlatform } from '../src/oci/platform';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import type { CredentialStore, RegistryClient } from '../src/registry/registry';
import { resolveBase, type KnownManifests } from '../src/run/checks/check-base';
import { pushImage, pushIndex, pushManifest, type FixtureImage } from '../testing/fixture-images';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const NOBODY: CredentialStore = {
  credentialOf: () => Promise.resolve(undefined),
  helperOf: () => Promise.resolve(undefined),
  secrets: () => [],
};
const WHERE = { file: 'projects/x/Dockerfile', line: 3 };

let server: TestRegistry;
let registry: RegistryClient;
beforeAll(async () => {
  server = await startRegistry();
  registry = createRegistryClient({ credentials: NOBODY });
});
afterAll(() => server.stop());

/** Each image's content is its own, so that digests tell children apart. */
async function push(platform: string, more: Partial<FixtureImage> = {}) {
  const files = { id: { content: randomBytes(8) } };
  return pushImage(server.host, 'base', undefined, { platform, files, ...more });
}

function resolve(reference: string, platform: string, known?: KnownManifests) {
  return resolveBase(registry, `${server.host}/${reference}`, parsePlatform(platform)!, WHERE, known);
}

test('the child of an index, its layers and its ONBUILD', async () => {
  const [amd64, arm64] = [await push('linux/amd64'), await push('linux/arm64', { config: { OnBuild: ['RUN x'] } })];
  const digest = await pushIndex(server.host, 'base', 'two', [amd64.descriptor, arm64.descriptor]);
  const name = `${server.host}/base:two`;
  expect(await resolve('base:two', 'linux/arm64')).toEqual({
    reference: name,
    digest,
    child: arm64.digest,
    layers: arm64.layers,
    onBuild: ['RUN x'],
  });
  expect(await resolve('base:two', 'linux/amd64')).toMatchObject({ digest, child: amd64.digest, onBuild: [] });
  expect(await resolve(`base@${digest}`, 'linux/amd64')).toMatchObject({ digest, child: amd64.digest });
});

test('several platforms ask for the index once', async () => {
  const children = [await push('linux/amd64'), await push('linux/arm64')];
  await pushIndex(
    server.host,
    'base',
    'once',
    children.map(({ descriptor }) => descriptor),
  );
  const asked: string[] = [];
  const counting: RegistryClient = Object.assign(Object.create(registry) as RegistryClient, {
    getManifest: (reference: Parameters<RegistryClient['getManifest']>[0]) => {
      asked.push(reference.tag ?? 'digest');
      return registry.getManifest(reference);
    },
  });
  const known: KnownManifests = new Map();
  await Promise.all(
    ['linux/amd64', 'linux/arm64'].map((platform) =>
      resolveBase(counting, `${server.host}/base:once`, parsePlatform(platform)!, WHERE, known),
    ),
  );
  expect(asked.filter((one) => one === 'once')).toHaveLength(1);
});

test('a manifest without an index, of its platform alone', async () => {
  const image = await pushImage(server.host, 'base', 'single', { platform: 'linux/amd64', docker: true });
  expect(await resolve('base:single', 'linux/amd64')).toMatchObject({ digest: image.digest, child: image.digest });
  await expect(resolve('base:single', 'linux/arm64')).rejects.toMatchObject({
    code: 'BASE_PLATFORM_MISSING',
    message: `${server.host}/base:single is an image for linux/amd64 alone, not for linux/arm64`,
    where: WHERE,
  });
});

test.each([
  ['linux/arm64', ['linux/arm64'], 0],
  ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'], 2],
  ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6'], 1],
  ['linux/arm/v7', ['linux/arm', 'linux/arm64'], 0],
  ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], 1],
  ['linux/arm/v6', ['linux/arm/v7', 'linux/arm/v5'], 1],
  ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2'], 1],
  ['linux/amd64', ['linux/amd64/v2', 'linux/amd64'], 1],
])('%s of %j is number %d', async (wanted, has, index) => {
  const children = await Promise.all(has.map((platform) => push(platform)));
  const tag = `variants-${children[0]!.digest.slice(7, 19)}`;
  await pushIndex(
    server.host,
    'base',
    tag,
    children.map(({ descriptor }) => descriptor),
  );
  expect((await resolve(`base:${tag}`, wanted)).child).toBe(children[index]!.digest);
});

test.each([
  ['linux/arm/v6', ['linux/arm/v7']],
  ['linux/arm64', ['linux/arm/v7', 'linux/amd64']],
  ['linux/amd64', ['linux/amd64/v3']],
  ['linux/amd64', ['linux/386']],
])('%s is not in %j', async (wanted, has) => {
  const children = await Promise.all(has.map((platform) => push(platform)));
  const attestation = { ...children[0]!.descriptor, platform: { os: 'unknown', architecture: 'unknown' } };
  const tag = `missing-${children[0]!.digest.slice(7, 19)}`;
  await pushIndex(server.host, 'base', tag, [attestation, ...children.map(({ descriptor }) => descriptor)]);
  await expect(resolve(`base:${tag}`, wanted)).rejects.toMatchObject({
    code: 'BASE_PLATFORM_MISSING',
    hint: `It has ${has.join(', ')}. Choose another base or tag, or leave the platform out of \`platforms\`.`,
  });
});

test('arm64 with the variant v8 is arm64', async () => {
  const child = await push('linux/arm64', { claims: { variant: 'v8' } });
  await pushIndex(server.host, 'base', 'v8', [
    { ...child.descriptor, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
  ]);
  expect((await resolve('base:v8', 'linux/arm64')).child).toBe(child.digest);
});

test('an index that lies about a child', async () => {
  const child = await push('linux/amd64');
  const lie: Descriptor = { ...child.descriptor, platform: { os: 'linux', architecture: 'arm64' } };
  await pushIndex(server.host, 'base', 'lie', [lie]);
  await expect(resolve('base:lie', 'linux/arm64')).rejects.toMatchObject({
    code: 'BASE_PLATFORM_WRONG',
    message: `${server.host}/base:lie says linux/arm64 of a child whose config says linux/amd64`,
    where: WHERE,
  });
});

test('one child without a platform is what its config says', async () => {
  const { descriptor, digest } = await push('linux/arm64');
  const { mediaType, size } = descriptor;
  await pushIndex(server.host, 'base', 'plain', [{ mediaType, size, digest }]);
  expect((await resolve('base:plain', 'linux/arm64')).child).toBe(digest);
  await expect(resolve('base:plain', 'linux/amd64')).rejects.toMatchObject({ code: 'BASE_PLATFORM_MISSING' });
});

test('what is not there, and what is no image', async () => {
  await expect(resolve('base:nothing', 'linux/arm64')).rejects.toMatchObject({ code: 'BASE_NOT_FOUND', where: WHERE });
  await expect(resolve('Base', 'linux/arm64')).rejects.toMatchObject({ code: 'BASE_NOT_FOUND' });
  const { config } = await push('linux/arm64');
  const artifact = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'text/plain', digest: config, size: 1 },
  };
  await pushManifest(server.host, 'base', 'artifact', artifact.mediaType, Buffer.from(JSON.stringify(artifact)));
  await expect(resolve('base:artifact', 'linux/arm64')).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
});
