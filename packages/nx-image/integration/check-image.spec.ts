import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, type Digest } from '../src/oci/digest';
import { parsePlatform } from '../src/oci/platform';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import type { CredentialStore, RegistryClient } from '../src/registry/registry';
import { checkImage } from '../src/run/checks/check-image';
import { elfFile } from '../testing/elf-files';
import { pushImage, pushIndex, type FixtureFiles, type FixtureImage } from '../testing/fixture-images';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const NOBODY: CredentialStore = {
  credentialOf: () => Promise.resolve(undefined),
  helperOf: () => Promise.resolve(undefined),
  secrets: () => [],
};
const BASE: FixtureFiles = { 'bin/sh': { content: elfFile('amd64'), mode: 0o755 } };

let server: TestRegistry;
let registry: RegistryClient;
beforeAll(async () => {
  server = await startRegistry();
  registry = createRegistryClient({ credentials: NOBODY });
});
afterAll(() => server.stop());

function check(digest: Digest, baseLayers: readonly Digest[] = [], signal?: AbortSignal) {
  const repository = { registry: server.host, path: 'built' };
  return checkImage({ registry, repository, digest, platform: parsePlatform('linux/arm64')!, baseLayers }, signal);
}

function push(image: Omit<FixtureImage, 'platform'>) {
  return pushImage(server.host, 'built', undefined, { platform: 'linux/arm64', ...image });
}

const program = (architecture: Parameters<typeof elfFile>[0], interpreter?: string) => ({
  content: elfFile(architecture, interpreter),
  mode: 0o755,
});

test('an image that is right', async () => {
  const { digest, layers } = await push({
    layers: [
      BASE,
      {
        'usr/bin/app': program('arm64', '/lib/ld.so'),
        'run.sh': { content: '#!/usr/bin/app\n', mode: 0o755 },
        'data.txt': { content: 'x' },
      },
    ],
    config: { Entrypoint: ['/run.sh'], Cmd: ['app'], OnBuild: ['RUN y'] },
  });
  const checked = await check(digest, layers.slice(0, 1));
  expect(checked).toMatchObject({
    manifest: { digest },
    layers,
    onBuild: ['RUN y'],
    notes: [],
    config: { architecture: 'arm64' },
  });
  const manifest = JSON.parse(Buffer.from(checked.manifest.bytes).toString()) as {
    config: { size: number };
    layers: { size: number }[];
  };
  expect(checked.size).toBe(manifest.layers.reduce((sum, { size }) => sum + size, manifest.config.size));
});

test('an image without programs, and one without layers of its own', async () => {
  const { digest } = await push({ files: { 'data.txt': { content: 'x' } } });
  expect((await check(digest)).notes).toEqual([]);
  const base = await push({ layers: [BASE], config: { Cmd: ['/bin/sh'] } });
  expect((await check(base.digest, base.layers)).notes).toEqual([]);
});

const WRONG: readonly (readonly [string, FixtureFiles[], Record<string, unknown>, string])[] = [
  [
    'entrypoint',
    [{ app: program('amd64'), other: program('arm64') }],
    { Entrypoint: ['/app'] },
    'starts /app, which is a program for amd64',
  ],
  [
    'cmd by PATH',
    [{ 'usr/bin/app': program('386'), other: program('arm64') }],
    { Cmd: ['app'] },
    'starts /usr/bin/app, which is a program for 386',
  ],
  [
    'link over layers',
    [{ 'opt/x': program('amd64'), ok: program('arm64') }, { app: { link: 'opt/x' } }],
    { Cmd: ['/app'] },
    'starts /app (/opt/x), which is a program for amd64',
  ],
  [
    'interpreter',
    [{ app: { content: '#!/opt/sh -e\n', mode: 0o755 }, 'opt/sh': program('s390x'), ok: program('arm64') }],
    { Cmd: ['/app'] },
    'starts /app → /opt/sh, which is a program for s390x',
  ],
  [
    'loader',
    [{ app: program('arm64', '/lib/ld.so'), 'lib/ld.so': program('arm') }],
    { Cmd: ['/app'] },
    'starts /app → /lib/ld.so, which is a program for arm',
  ],
  [
    'no native program',
    [{ 'a/x': program('amd64'), y: program('amd64') }],
    {},
    'got 2 programs from its build and none is for arm64: /a/x is for amd64',
  ],
];

test.each(WRONG)('of another platform: %s', async (_, layers, config, message) => {
  const { digest } = await push({ layers, config });
  await expect(check(digest)).rejects.toMatchObject({
    code: 'IMAGE_PLATFORM_WRONG',
    message: `the image for linux/arm64 ${message}`,
  });
});

test('foreign programs beside native ones are noted', async () => {
  const { digest } = await push({
    layers: [
      { app: program('arm64'), 'opt/qemu-x': program('amd64'), 'opt/test': program('riscv64'), gone: program('386') },
      { '.wh.gone': { content: '' } },
    ],
    config: { Cmd: ['/app'] },
  });
  expect((await check(digest)).notes).toEqual(['2 programs are not for linux/arm64: /opt/qemu-x (amd64) is the first']);
});

test('32-bit programs run on amd64', async () => {
  const { digest } = await pushImage(server.host, 'built', undefined, {
    platform: 'linux/amd64',
    files: { app: program('386') },
    config: { Cmd: ['/app'] },
  });
  const repository = { registry: server.host, path: 'built' };
  const platform = { os: 'linux', architecture: 'amd64' };
  expect((await checkImage({ registry, repository, digest, platform, baseLayers: [] })).notes).toEqual([]);
});

test.each<[Partial<{ os: string; architecture: string; variant: string }>, string]>([
  [{ architecture: 'amd64' }, 'linux/amd64'],
  [{ os: 'windows' }, 'windows/arm64'],
  [{ variant: 'v9' }, 'linux/arm64/v9'],
])('a config that says %j', async (claims, says) => {
  const { digest } = await push({ files: {}, claims });
  await expect(check(digest)).rejects.toMatchObject({
    code: 'IMAGE_PLATFORM_WRONG',
    message: `the image's config says ${says}, not linux/arm64`,
  });
});

test('a digest that the registry does not have, and one that is no image', async () => {
  await expect(check(`sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'IMAGE_DIGEST_WRONG' });
  const { descriptor } = await push({ files: {} });
  await expect(check(await pushIndex(server.host, 'built', undefined, [descriptor]))).rejects.toMatchObject({
    code: 'IMAGE_UNREADABLE',
  });
});

/** As a registry loses it: the link of the repository to the blob. */
async function forget(blob: Digest): Promise<void> {
  const links = join(server.directory, 'data/docker/registry/v2/repositories/built/_layers/sha256');
  expect(await readdir(links)).toContain(hexOf(blob));
  await rm(join(links, hexOf(blob)), { recursive: true });
  await rm(join(server.directory, 'data/docker/registry/v2/blobs/sha256', hexOf(blob).slice(0, 2), hexOf(blob)), {
    recursive: true,
  });
}

test.each(['base layer', 'added layer', 'config'])('a lost %s', async (what) => {
  const { digest, layers, config } = await push({
    layers: [{ [`${what}-1`]: { content: what } }, { [`${what}-2`]: { content: what } }],
    config: { Labels: { what } },
  });
  await forget(what === 'config' ? config : layers[what === 'base layer' ? 0 : 1]!);
  await expect(check(digest, layers.slice(0, 1))).rejects.toMatchObject({ code: 'IMAGE_INCOMPLETE' });
});

test('stopped', async () => {
  const { digest } = await push({ files: { app: program('arm64') } });
  await expect(check(digest, [], AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});
