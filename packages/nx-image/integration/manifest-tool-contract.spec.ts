import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, type Digest } from '../src/oci/digest';
import { MediaType, type Descriptor, type ImageIndex } from '../src/oci/manifest';
import { planIndex } from '../src/plan/plan-index';
import { runProcess } from '../src/process/run-process';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { indexBytes } from '../src/registry/publish/index-bytes';
import { publishIndex } from '../src/registry/publish/publish-index';
import { publishWithManifestTool, type ManifestToolRun } from '../src/run/run-manifest-tool';
import type { Tool } from '../src/tools/tool';
import { findExternalTool } from '../testing/external-tools';
import { pushImage } from '../testing/fixture-images';
import { startRegistry, TEST_LOGIN, type TestRegistry } from '../testing/registry-server';
import { installStandIns } from '../testing/stand-in/install';

/** Who publishes an index: manifest-tool, what stands in for it, and hephy over HTTP. The bytes are the same. */
const real = findExternalTool('manifest-tool');
const path = 'team/images';
const directory = mkdtempSync(join(tmpdir(), 'hephy-manifest-tool-'));
const standIn = installStandIns(join(directory, 'stand-ins')).manifestTool;
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let registry: TestRegistry;
let children: Descriptor[];
beforeEach(async () => {
  registry = await startRegistry();
  children = [];
  for (const [platform, docker] of [
    ['linux/arm64', true],
    ['linux/amd64', false],
    ['linux/arm/v7', false],
  ] as const) {
    const pushed = await pushImage(registry.host, path, undefined, {
      platform,
      docker,
      files: { a: { content: platform } },
    });
    children.push(pushed.descriptor);
  }
});
afterEach(async () => {
  await registry.stop();
  expect(readdirSync(join(directory, 'work'))).toEqual([]);
});

const indexOf = (annotations: Readonly<Record<string, string>>): ImageIndex =>
  planIndex(
    children.map(({ mediaType, digest, size, platform }) => {
      if (platform === undefined) throw new Error('a child without a platform');
      return { mediaType, digest, size, platform };
    }),
    annotations,
  );

const ANNOTATIONS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['none', {}],
  ['plain ones', { 'org.opencontainers.image.version': '1.10', z: 'true', a: 'null' }],
  [
    'what JSON, YAML and Go write differently',
    {
      quotes: '"\\\'',
      html: '<a&b>',
      lines: 'a\nb\r\n\tc\u0000\u001f\u007f\u0085',
      far: 'ä\u2028\u2029\ufeff😀',
      yaml: ': # - ? !x &y *z',
      '': '',
    },
  ],
  ['four kilobytes', { 'dev.hephy.image.inputs': JSON.stringify({ a: '"x": '.repeat(800) }) }],
];

describe.each([
  ['the stand-in manifest-tool', standIn],
  ['manifest-tool 2.2', real],
])('%s', (title, tool) => {
  const run = tool === undefined ? test.skip : test;
  const publish = (more: Partial<ManifestToolRun> = {}, index = indexOf({})): Promise<Digest> =>
    publishWithManifestTool({
      tool: { name: 'manifest-tool', path: tool ?? '', found: 'option' } satisfies Tool,
      spec: {
        repository: { registry: registry.host, path },
        children: index.manifests.map(({ digest, platform }) => ({
          digest,
          platform: platform ?? { os: '', architecture: '' },
        })),
        annotations: index.annotations ?? {},
      },
      dockerConfig: undefined,
      transport: 'http',
      env: process.env,
      signal: new AbortController().signal,
      workDirectory: join(directory, 'work'),
      runProcess,
      ...more,
    });

  run.each(ANNOTATIONS)(
    `${title} publishes byte for byte what hephy publishes, annotations: %s`,
    async (_, annotations) => {
      const index = indexOf(annotations);
      const client = createRegistryClient({
        credentials: {
          credentialOf: () => Promise.resolve(undefined),
          helperOf: () => Promise.resolve(undefined),
          secrets: () => [],
        },
      });
      const repository = { registry: registry.host, path };
      const digest = await publish({}, index);
      expect(digest).toBe(digestOf(indexBytes(index)));
      const raw = await client.getManifest({ ...repository, digest });
      expect(raw?.mediaType).toBe(MediaType.ociIndex);
      expect(Buffer.from(raw?.bytes ?? []).toString()).toBe(Buffer.from(indexBytes(index)).toString());
      expect((await client.listTags(repository)) ?? []).toEqual([]);
      await expect(publishIndex(client, repository, index)).resolves.toMatchObject({ digest });
    },
  );

  run(`${title}: a child that is missing, a registry that is down or wants a login`, async () => {
    const spec = (host: string) => ({
      spec: {
        repository: { registry: host, path },
        children: [{ digest: digestOf('none'), platform: { os: 'linux', architecture: 'amd64' } }],
        annotations: {},
      },
    });
    await expect(publish(spec(registry.host))).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      message: expect.stringMatching(/^manifest-tool could not publish the index to .*not found/) as string,
    });
    const login = await startRegistry({ login: true });
    try {
      await expect(publish(spec(login.host))).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    } finally {
      await login.stop();
    }
    await expect(publish(spec(login.host))).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  if (tool !== standIn)
    run(`${title}: logs in`, async () => {
      const login = await startRegistry({ login: true });
      const auth = Buffer.from(`${TEST_LOGIN.username}:${TEST_LOGIN.password}`).toString('base64');
      try {
        const spec = {
          repository: { registry: login.host, path },
          children: [{ digest: digestOf('none'), platform: { os: 'linux', architecture: 'amd64' } }],
          annotations: {},
        };
        const dockerConfig = JSON.stringify({ auths: { [login.host]: { auth } } });
        await expect(publish({ spec, dockerConfig })).rejects.toMatchObject({
          code: 'REGISTRY_ERROR',
          message: expect.stringContaining('not found') as string,
        });
      } finally {
        await login.stop();
      }
    });

  run(`${title}: is stopped, or not there`, async () => {
    await expect(publish({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'BUILD_CANCELLED' });
    const missing = { name: 'manifest-tool', path: join(directory, 'none'), found: 'option' };
    await expect(publish({ tool: missing })).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });
});
