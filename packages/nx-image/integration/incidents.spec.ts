import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf } from '../testing/facts';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { ImageWorkspace, type ImageRun } from '../testing/image-workspace';
import { plainClient } from '../testing/publisher';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import type { Image } from '../src/config/build-config';
import { loadDirectory } from '../src/inference/load-images';
import type { Digest } from '../src/oci/digest';
import { parseRepository } from '../src/oci/reference';
import type { RegistryClient } from '../src/registry/registry';
import { verificationText } from '../src/report/verification-text';
import type { WhereUsed } from '../src/report/where-used';
import { verifyImages } from '../src/run/incidents/verify-images';
import { whereUsed } from '../src/run/incidents/where-used';
import type { Rebuild } from '../src/run/rebuild';

const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64]\nadditional_tags: [latest]\n';
const CHILD = {
  Dockerfile: 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\nCOPY b /\n',
  b: 'b\n',
  'build-config.yaml': CONFIG,
};

let server: TestRegistry;
let client: RegistryClient;
let count = 0;
const opened: ImageWorkspace[] = [];

beforeAll(async () => {
  server = await startRegistry();
  client = plainClient();
});
afterAll(async () => {
  for (const workspace of opened) workspace.remove();
  await server.stop();
});

/** `alpine`, `base` FROM it, `web` FROM that, published; `names` are images beside those, made of the same as web. */
async function open(repository = `${server.host}/team/images${(count += 1)}`, names: readonly string[] = []) {
  const children = ['web', ...names];
  const { descriptor, layers } = await pushImage(server.host, 'library/alpine', undefined, {
    platform: 'linux/amd64',
    files: { 'etc/alpine-release': { content: '3.22' } },
  });
  const alpine = await pushIndex(server.host, 'library/alpine', '3.22', [descriptor]);
  const workspace = new ImageWorkspace(
    { base: [], ...Object.fromEntries(children.map((name) => [name, ['base']])) },
    {
      'images/base/build-config.yaml': CONFIG,
      'images/base/Dockerfile': `FROM ${server.host}/library/alpine:3.22\nCOPY a /\n`,
      'images/base/a': `of base ${repository}\n`,
      ...Object.fromEntries(
        children.flatMap((name) => Object.entries(CHILD).map(([path, text]) => [`images/${name}/${path}`, text])),
      ),
    },
  );
  opened.push(workspace);
  const images = ['base', ...children].flatMap((name): readonly Image[] =>
    loadDirectory(workspace.root, `images/${name}/build-config.yaml`),
  );
  const home = parseRepository(repository);
  if (home === undefined) throw new Error(repository);
  const context = { registry: client, facts: factsOf({ repository: home }), signal: new AbortController().signal };
  return {
    ...{ workspace, repository, path: home.path, alpine, alpineChild: descriptor.digest, alpineLayers: layers },
    run: (started: string, rebuild?: Rebuild): Promise<ImageRun> =>
      workspace.run({
        ...{ repository, started, env: { HEPHY_PUBLISH: 'true' } },
        ...(rebuild === undefined ? {} : { rebuild }),
      }),
    verify: (deep = false) => verifyImages(context, images, { deep, onProgress: () => undefined }),
    whereUsed: (asked: string, current = false): Promise<WhereUsed> =>
      whereUsed(context, images, asked, { current, onProgress: () => undefined }),
    tags: () => client.listTags(home),
    layersOf: async (digest: string): Promise<readonly Digest[]> => {
      const raw = await client.getManifest({ ...home, digest: digest as Digest });
      const { layers: all } = JSON.parse(Buffer.from(raw?.bytes ?? '{}').toString()) as {
        layers: { digest: Digest }[];
      };
      return all.map((layer) => layer.digest);
    },
  };
}

/** Where the registry has it on its disk. */
function fileOf(blob: string): string {
  const hex = blob.slice('sha256:'.length);
  return join(server.directory, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

describe('a blob that the registry has lost', () => {
  it('is named by verify, is in no next index, and is mended by --rebuild', async () => {
    const here = await open();
    const first = await here.run('2026-11-20T10:00:00.000Z');
    expect(first.manifests.web).toMatchObject({ outcome: 'built' });
    const whole = await here.verify(true);
    expect(whole).toMatchObject({ findings: [], images: [{ published: true }, { published: true }] });

    const child = first.builds.base?.digest ?? '';
    const [, layer = ''] = await here.layersOf(child);
    rmSync(fileOf(layer));
    const found = await here.verify();
    expect(found.findings).toEqual([
      {
        ...{
          problem: 'blob-missing',
          image: 'base',
          platform: 'linux/amd64',
          tag: 'last-base',
          digest: layer,
          blob: 'layer',
        },
        alsoIn: ['web linux/amd64'],
        mend: { by: 'rebuild', task: 'base:manifest' },
      },
    ]);
    const text = verificationText(found, { color: false });
    for (const part of ['base linux/amd64', layer, 'npx nx run base:manifest --rebuild']) expect(text).toContain(part);

    const twin = await open(here.repository, ['twin']);
    const refused = await twin.run('2026-11-20T11:00:00.000Z');
    expect(refused.builds.twin).toMatchObject({ outcome: 'reused' });
    expect(refused.manifests.twin).toMatchObject({ outcome: 'failed', error: { code: 'IMAGE_INCOMPLETE' } });
    expect((await here.tags())?.filter((tag) => tag.includes('twin'))).toEqual([]);

    const again = await here.run('2026-11-20T12:00:00.000Z', ['base']);
    expect(Object.values(again.builds).map(({ outcome }) => outcome)).toEqual(['built', 'built']);
    const mended = await here.verify(true);
    expect(mended).toMatchObject({ findings: [], images: [{ published: true }, { published: true }] });
  });
});

describe('where-used', () => {
  it('finds what stands on a base by its tag and by its digests, through images of the repository, now and ever', async () => {
    const here = await open();
    const alpine = `${server.host}/library/alpine:3.22`;
    const nobody = await here.whereUsed(alpine);
    expect(nobody).toMatchObject({ uses: [], read: 0, silent: [], lost: [] });

    await here.run('2026-11-20T10:00:00.000Z');
    const moved = await pushImage(server.host, 'library/alpine', undefined, {
      platform: 'linux/amd64',
      files: { 'etc/alpine-release': { content: `3.22.1 ${here.repository}` } },
    });
    const movedIndex = await pushIndex(server.host, 'library/alpine', '3.22', [moved.descriptor]);
    await here.run('2026-11-21T10:00:00.000Z');
    const old = await pushImage(server.host, here.path, undefined, { platform: 'linux/amd64', files: {} });
    await pushIndex(server.host, here.path, 'old-20250101-1a2b3c4', [old.descriptor]);

    const all = await here.whereUsed(alpine);
    expect(all).toMatchObject({
      subject: { kind: 'base', name: alpine },
      read: 5,
      silent: ['old-20250101-1a2b3c4'],
      lost: [],
    });
    expect(linesOf(all)).toEqual([
      `base 20261121 last: base < ${alpine} at ${movedIndex.slice(7, 15)}`,
      `base 20261120: base < ${alpine} at ${here.alpine.slice(7, 15)}`,
      `web 20261121 last: web < base 20261121 < ${alpine} at ${movedIndex.slice(7, 15)}`,
      `web 20261120: web < base 20261120 < ${alpine} at ${here.alpine.slice(7, 15)}`,
    ]);
    expect(linesOf(await here.whereUsed(alpine, true))).toEqual(linesOf(all).filter((line) => line.includes(' last')));
    expect(linesOf(await here.whereUsed(here.alpine.slice(0, 16)))).toEqual([linesOf(all)[1], linesOf(all)[3]]);
    expect(linesOf(await here.whereUsed(moved.digest))).toEqual([linesOf(all)[0], linesOf(all)[2]]);
    expect(linesOf(await here.whereUsed(here.alpine, true))).toEqual([]);
    for (const asked of ['base', `${here.repository}:base-latest`]) {
      expect(linesOf(await here.whereUsed(asked))).toEqual([
        'web 20261121 last: web < base 20261121',
        'web 20261120: web < base 20261120',
      ]);
    }
    // docker's image ID, or a layer: neither is written down.
    expect((await here.whereUsed(here.alpineLayers[0] ?? '')).uses).toEqual([]);

    // Somebody put one platform there: what stood on alpine as web's last is not known then, and not passed over.
    const home = { registry: server.host, path: here.path };
    const raw = await client.getManifest({ ...home, digest: old.digest });
    if (raw === undefined) throw new Error(old.digest);
    await client.putManifest({ ...home, tag: 'last-web' }, raw.mediaType, raw.bytes);
    const mute = await here.whereUsed(alpine, true);
    expect(mute).toMatchObject({ read: 2, silent: ['last-web'] });
    expect(linesOf(mute)).toEqual([linesOf(all)[0]]);
    expect(await here.whereUsed(alpine)).toMatchObject({ read: 5, silent: ['last-web', 'old-20250101-1a2b3c4'] });
  });
});

function linesOf({ uses }: WhereUsed): readonly string[] {
  const day = (version = '') => /\d{8}/.exec(version)?.[0] ?? '';
  return uses.map(({ image, version, current, path }) => {
    const way = path.map((step, place) => {
      if (place === 0) return step.name;
      return step.version === undefined
        ? `${step.name} at ${step.digest?.slice(0, 8) ?? ''}`
        : `${step.name} ${day(step.version)}`;
    });
    return `${image} ${day(version)}${current ? ' last' : ''}: ${way.join(' < ')}`;
  });
}
