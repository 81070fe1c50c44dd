import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf, imageOf } from '../testing/facts';
import { pushImage, pushIndex, type PushedImage } from '../testing/fixture-images';
import { plainClient, publishAs, publishingContext } from '../testing/publisher';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import type { RegistryClient } from '../src/registry/registry';
import { verificationText } from '../src/report/verification-text';
import { readVersions } from '../src/run/incidents/read-versions';
import { verifyImages } from '../src/run/incidents/verify-images';
import { readPublished } from '../src/run/published';
import { moveBack } from '../src/run/rollback/mark-rollback';

const STARTED = '2026-11-20T10:00:00.000Z';
const VERSION = 'web-20261120-1a2b3c4';
const TAGS = [
  { name: 'v1', moving: false },
  { name: 'latest', moving: true },
];

let server: TestRegistry;
let client: RegistryClient;
let count = 0;

beforeAll(async () => {
  server = await startRegistry();
  client = plainClient();
});
afterAll(() => server.stop());

/** `web` for two platforms as a run publishes it, in a repository of its own. */
async function publish() {
  count += 1;
  const repository = { registry: server.host, path: `team/images${count}` };
  const push = (platform: string, content: string): Promise<PushedImage> =>
    pushImage(server.host, repository.path, undefined, {
      platform,
      layers: [{ base: { content: 'shared by all' } }, { [platform]: { content: `${content} of ${count}` } }],
    });
  const built = [await push('linux/amd64', 'one'), await push('linux/arm64', 'one')] as const;
  const publishAt = async (started: string, images: readonly PushedImage[]) => {
    // The certificates, as builds leave them.
    for (const { digest } of images) {
      const raw = await client.getManifest({ ...repository, digest });
      if (raw === undefined) throw new Error(digest);
      await client.putManifest({ ...repository, tag: `in-${digest.slice(7)}` }, raw.mediaType, raw.bytes);
    }
    const result = await publishAs({
      ...{ registry: client, repository, image: 'web', built: images, started },
      config: { additionalTags: TAGS },
    });
    expect(result).toMatchObject({ outcome: 'built' });
  };
  await publishAt(STARTED, built);
  const image = imageOf('web', { additionalTags: TAGS });
  const context = { registry: client, facts: factsOf({ repository }), signal: new AbortController().signal };
  return {
    ...{ repository, built, push, publishAt },
    verify: (deep = false, images = [image]) => verifyImages(context, images, { deep, onProgress: () => undefined }),
    put: async (tag: string, digest: PushedImage['digest']) => {
      const raw = await client.getManifest({ ...repository, digest });
      if (raw === undefined) throw new Error(digest);
      await client.putManifest({ ...repository, tag }, raw.mediaType, raw.bytes);
    },
    untag: (tag: string) => {
      const tags = `data/docker/registry/v2/repositories/${repository.path}/_manifests/tags`;
      rmSync(join(server.directory, tags, tag), { recursive: true });
    },
  };
}

type Published = Awaited<ReturnType<typeof publish>>;

function fileOf(digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return join(server.directory, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

/** What is done to the registry, and what verify says: problem, tag, platform, what mends it. */
const DAMAGES: readonly (readonly [string, (here: Published) => unknown, readonly string[]])[] = [
  [
    'a tag of a platform is gone',
    (here) => {
      here.untag(`${VERSION}-arm64`);
    },
    [`tag-missing ${VERSION}-arm64 linux/arm64 run`],
  ],
  [
    'the version is gone',
    (here) => {
      here.untag(VERSION);
    },
    [`tag-missing ${VERSION} run`],
  ],
  [
    'a public tag is gone',
    (here) => {
      here.untag('web-latest');
    },
    ['tag-missing web-latest run'],
  ],
  [
    'hephy’s own tag is gone',
    (here) => {
      here.untag('last-web');
    },
    ['tag-missing last-web run'],
  ],
  [
    'a certificate is gone',
    (here) => {
      here.untag(`in-${here.built[0].digest.slice(7)}`);
    },
    ['tag-missing in-… linux/amd64 run'],
  ],
  [
    'a certificate names something else',
    (here) => here.put(`in-${here.built[0].digest.slice(7)}`, here.built[1].digest),
    ['tag-elsewhere in-… linux/amd64 run'],
  ],
  [
    'a public tag names one platform',
    (here) => here.put('web-latest', here.built[0].digest),
    ['tag-foreign web-latest run'],
  ],
  [
    'a fixed tag names an index of others',
    (here) => pushIndex(server.host, here.repository.path, 'web-v1', [here.built[0].descriptor]),
    ['tag-foreign web-v1 delete'],
  ],
  [
    'the version names something else',
    (here) => here.put(VERSION, here.built[0].digest),
    [`tag-elsewhere ${VERSION} delete`],
  ],
  [
    'a config is gone',
    (here) => {
      rmSync(fileOf(here.built[1].config));
    },
    ['blob-missing last-web linux/arm64 rebuild'],
  ],
  [
    'a layer is shorter',
    (here) => {
      truncateSync(fileOf(here.built[1].layers[1] ?? ''), 20);
    },
    ['size-wrong last-web linux/arm64 rebuild'],
  ],
];

describe('verify', () => {
  it('is content with what a run leaves, and asks for each blob once', async () => {
    const here = await publish();
    const found = await here.verify();
    expect(found).toMatchObject({
      findings: [],
      images: [{ image: 'web', published: true, versionTag: VERSION }],
      // last, v1, latest, version, two of platforms, two certificates; of four layers two are one.
      checked: { tags: 8, indexes: 1, manifests: 2, blobs: 5 },
    });
    expect(verificationText(found, { color: false })).toBe('all there: 1 image, 8 tags, 1 index, 2 manifests, 5 blobs');
  });

  it.each(DAMAGES)('says that %s', async (_, damage, expected) => {
    const here = await publish();
    await damage(here);
    const { findings } = await here.verify();
    const said = findings.map(({ problem, tag, platform, mend }) =>
      [problem, tag.replace(/^in-.*/, 'in-…'), platform, mend.by].filter((part) => part !== undefined).join(' '),
    );
    expect(said).toEqual(expected);
  });

  it('finds a manifest that is gone, by whatever tag', async () => {
    const here = await publish();
    await client.deleteManifest(here.repository, here.built[1].digest);
    const { findings } = await here.verify();
    expect(findings).toContainEqual(
      expect.objectContaining({ problem: 'manifest-missing', platform: 'linux/arm64', digest: here.built[1].digest }),
    );
  });

  it('finds swapped platforms', async () => {
    const here = await publish();
    const [amd64, arm64] = here.built;
    const last = await client.getManifest({ ...here.repository, tag: 'last-web' });
    const index = JSON.parse(Buffer.from(last?.bytes ?? '{}').toString()) as {
      manifests: unknown;
      annotations: Record<string, string>;
    };
    const swapped = [
      { ...amd64.descriptor, platform: arm64.descriptor.platform },
      { ...arm64.descriptor, platform: amd64.descriptor.platform },
    ];
    for (const tag of ['last-web', 'web-latest', 'web-v1']) {
      await pushIndex(server.host, here.repository.path, tag, swapped, { annotations: index.annotations });
    }
    const problems = (await here.verify()).findings.map(({ problem }) => problem);
    expect(problems.filter((problem) => problem === 'platform-wrong')).toHaveLength(2);
  });

  it('reads what it is to read with --deep alone: other bytes of the same number', async () => {
    const here = await publish();
    const [, layer = ''] = here.built[0].layers;
    const { size } = (await client.headBlob(here.repository, here.built[0].layers[1] ?? here.built[0].config)) ?? {};
    writeFileSync(fileOf(layer), Buffer.alloc(size ?? 0, 'x'));
    expect((await here.verify()).findings).toEqual([]);
    const { findings } = await here.verify(true);
    expect(findings).toMatchObject([{ problem: 'blob-damaged', digest: layer, platform: 'linux/amd64', image: 'web' }]);
  });

  it('tells a moving tag that stayed behind from one that is held', async () => {
    const here = await publish();
    const before = await client.headManifest({ ...here.repository, tag: 'web-latest' });
    await here.publishAt('2026-11-21T10:00:00.000Z', [here.built[0], await here.push('linux/arm64', 'two')]);
    expect((await here.verify()).findings).toEqual([]);
    await here.put('web-latest', before ?? here.built[0].digest);
    const { findings } = await here.verify();
    expect(findings).toMatchObject([
      { problem: 'tag-elsewhere', tag: 'web-latest', actual: before, actualVersion: VERSION },
    ]);
    const held = await here.verify(false, [imageOf('web', { additionalTags: TAGS, hold: [VERSION] })]);
    expect(held).toMatchObject({ findings: [], images: [{ heldAt: VERSION }] });
    const lost = await here.verify(false, [imageOf('web', { additionalTags: TAGS, hold: ['web-20200101-1a2b3c4'] })]);
    expect(lost.findings).toMatchObject([
      { problem: 'tag-missing', tag: 'web-20200101-1a2b3c4', mend: { by: 'hold' } },
      {},
    ]);
  });

  it('knows a rollback: what is current then, and that nothing is wrong', async () => {
    const here = await publish();
    await here.publishAt('2026-11-21T10:00:00.000Z', [here.built[0], await here.push('linux/arm64', 'two')]);
    const at = async (tag: string) => {
      const raw = await client.getManifest({ ...here.repository, tag });
      const published = raw && readPublished(raw);
      if (published?.version === undefined) throw new Error(tag);
      return { ...published, version: published.version };
    };
    const image = imageOf('web', { additionalTags: TAGS });
    const publisher = { registry: client, repository: here.repository, image: 'web', built: here.built };
    const context = publishingContext({ ...publisher, started: '2026-11-22T10:00:00.000Z' });
    await moveBack(context, image, await at(VERSION), await at('last-web'), ['web-latest']);

    for (const hold of [[], [VERSION]]) {
      const found = await here.verify(false, [imageOf('web', { additionalTags: TAGS, hold })]);
      expect(found).toMatchObject({ findings: [], images: [{ heldAt: VERSION, versionTag: 'web-20261121-1a2b3c4' }] });
    }
    for (const current of [true, false]) {
      const { versions } = await readVersions(context, { current, onProgress: () => undefined });
      expect(versions.filter((one) => one.current).map(({ version }) => version)).toEqual([VERSION]);
      expect(versions).toHaveLength(current ? 1 : 2);
    }
  });

  it('takes no harm from what others wrote', async () => {
    const here = await publish();
    const manifests = [{ ...here.built[0].descriptor, platform: {} as never }, here.built[1].descriptor];
    const annotations = {
      'org.opencontainers.image.title': 'web',
      'org.opencontainers.image.version': '../../../v2/_catalog',
      'dev.hephy.image.inputs': '{"linux/arm64":{"key":"../.."}}',
    };
    await pushIndex(server.host, here.repository.path, 'last-web', manifests, { annotations });
    const found = await here.verify();
    expect(found.findings.map(({ problem }) => problem)).toContain('tag-missing');
    expect(verificationText(found, { color: false })).toContain('the tag ../../../v2/_catalog is not there');
  });

  it('says what is not published yet, and finds nothing wrong with that', async () => {
    const here = await publish();
    const found = await here.verify(false, [imageOf('new')]);
    expect(found).toMatchObject({ findings: [], images: [{ image: 'new', published: false }] });
    expect(verificationText(found, { color: false })).toBe('not published yet: new\nnothing is published');
  });
});
