import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf, imageOf } from '../testing/facts';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { startHttpServer } from '../testing/http-server';
import { NO_CREDENTIALS, plainClient, publishAs } from '../testing/publisher';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import type { AskedFor } from '../testing/fault-proxy';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import { verificationText, verifyExitCode } from '../src/report/verification-text';
import { openShelf } from '../src/run/incidents/registry-shelf';
import { verifyImages } from '../src/run/incidents/verify-images';

const VERSION = 'web-20261120-1a2b3c4';
const WEB = imageOf('web', { additionalTags: [{ name: 'latest', moving: true }] });
const registry = plainClient();
const clock = { now: () => 0, sleep: () => Promise.resolve() };
const impatient = createRegistryClient({ credentials: NO_CREDENTIALS, clock });

let server: TestRegistry;
let proxy: FaultProxy;
let count = 0;

beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.stop());
beforeEach(async () => {
  proxy = await startFaultProxy(server.host);
});
afterEach(() => proxy.stop());

/** `web` for two platforms, published in a repository of its own, and verified through the proxy. */
async function publish() {
  count += 1;
  const repository = { registry: server.host, path: `team/doubts${count}` };
  const push = (platform: string) =>
    pushImage(server.host, repository.path, undefined, { platform, files: { [platform]: { content: String(count) } } });
  const built = [await push('linux/amd64'), await push('linux/arm64')];
  for (const { digest } of built) {
    const raw = await registry.getManifest({ ...repository, digest });
    if (raw === undefined) throw new Error(digest);
    await registry.putManifest({ ...repository, tag: `in-${digest.slice(7)}` }, raw.mediaType, raw.bytes);
  }
  const { additionalTags } = WEB.config;
  await publishAs({
    ...{ registry, repository, image: 'web', built, started: '2026-11-20T10:00:00.000Z', config: { additionalTags } },
  });
  return {
    ...{ repository, built },
    verify: ({ images = [WEB], scope = undefined as string | undefined, deep = false } = {}) => {
      const facts = factsOf({ repository: { ...repository, registry: proxy.host }, scope });
      const context = { registry: impatient, facts, signal: new AbortController().signal };
      return verifyImages(context, images, { deep, onProgress: () => undefined });
    },
    untag: (...tags: readonly string[]) => {
      const directory = `data/docker/registry/v2/repositories/${repository.path}/_manifests/tags`;
      for (const tag of tags) rmSync(join(server.directory, directory, tag), { recursive: true });
    },
  };
}

describe('what cannot be found out is no damage', () => {
  const asks: readonly AskedFor[] = ['manifest GET', 'blob HEAD', 'blob GET'];
  it.each(asks.flatMap((asked) => [429, 503].map((status) => [asked, status] as const)))(
    '%s with HTTP %d',
    async (asked, status) => {
      const here = await publish();
      proxy.fail(asked, { kind: 'status', status });
      await expect(here.verify()).rejects.toMatchObject({
        code: 'REGISTRY_ERROR',
        message: expect.stringContaining(`HTTP ${status}`) as string,
      });
    },
  );

  it('and what comes, and is another than its digest says, is', async () => {
    const here = await publish();
    proxy.fail('blob GET', { kind: 'damaged' });
    const { findings } = await here.verify({ deep: true });
    expect(new Set(findings.map(({ problem }) => problem))).toEqual(new Set(['blob-damaged']));
    proxy.fail('manifest GET', { kind: 'damaged' });
    const problems = (await here.verify()).findings.map(({ problem }) => problem);
    expect(problems).toEqual(['manifest-wrong', 'manifest-wrong']);
  });

  it('and what is longer than any manifest is; a page of an error, however long, is not', async () => {
    let status = 200;
    const long = await startHttpServer(({ url }, response) => {
      if (url === '/v2/') response.end();
      else response.writeHead(status).end(Buffer.alloc(9 * 1024 * 1024));
    });
    try {
      const facts = factsOf({ repository: { registry: long.host, path: 'a' } });
      const manifest = () => {
        const context = { registry: impatient, facts, signal: new AbortController().signal };
        return openShelf(context, { deep: false }).manifest(`sha256:${'0'.repeat(64)}`);
      };
      expect(await manifest()).toMatchObject({ kind: 'damaged', message: expect.stringContaining('longer') as string });
      status = 503;
      await expect(manifest()).rejects.toMatchObject({ message: expect.stringContaining('HTTP 503') as string });
    } finally {
      await long.stop();
    }
  });
});

it('knows by its versions an image whose other tags are all gone, and lists the tags once for all images', async () => {
  const here = await publish();
  here.untag('last-web', 'web-latest');
  const found = await here.verify({ images: [WEB, imageOf('new'), imageOf('web-20261120')] });
  expect(found.findings).toMatchObject([
    { problem: 'tag-missing', tag: 'last-web', message: `versions of it are there: ${VERSION}`, mend: { by: 'run' } },
    { problem: 'tag-missing', tag: 'web-latest' },
  ]);
  expect(found.images.map(({ image, published }) => [image, published])).toEqual([
    ['web', true],
    ['new', false],
    ['web-20261120', false],
  ]);
  expect(proxy.requests.filter((asked) => asked === 'tag list')).toHaveLength(1);
});

it('looks in a merge request at what is published, not at what that would write', async () => {
  const here = await publish();
  const found = await here.verify({ scope: 'mr5' });
  expect(found).toMatchObject({ findings: [], images: [{ published: true, versionTag: VERSION }] });
  expect(proxy.requests).not.toContain('tag list');
});

it('says of which platforms it cannot know whether reuse finds them', async () => {
  const here = await publish();
  const raw = await registry.getManifest({ ...here.repository, tag: 'last-web' });
  const { annotations } = JSON.parse(Buffer.from(raw?.bytes ?? '').toString()) as {
    annotations: Record<string, string>;
  };
  delete annotations['dev.hephy.image.inputs'];
  const children = here.built.map(({ descriptor }) => descriptor);
  for (const tag of ['last-web', 'web-latest', VERSION]) {
    await pushIndex(server.host, here.repository.path, tag, children, { annotations });
  }
  const found = await here.verify();
  expect(found).toMatchObject({ findings: [], images: [{ notKnown: ['linux/amd64', 'linux/arm64'] }] });
  expect(verificationText(found, { color: false })).toContain('not known of web linux/amd64, linux/arm64');
  expect(verifyExitCode(found)).toBe(1);
  const without = await here.verify({ images: [{ ...WEB, config: { ...WEB.config, reuse: false } }] });
  expect(verifyExitCode(without)).toBe(0);
});
