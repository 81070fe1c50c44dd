import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf } from '../testing/facts';
import { pushImage, pushIndex, pushManifest } from '../testing/fixture-images';
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

jest.setTimeout(120_000);

const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64]\nadditional_tags: [latest, v1]\n';
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
    verify: (deep = false) => verifyImages(context, images, deep),
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
    expect(mended.findings.filter(({ tag }) => !tag.endsWith('-v1'))).toEqual([]);
  });
});
