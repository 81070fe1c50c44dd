import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildConfig } from '../src/config/build-config';
import { planIndex } from '../src/plan/plan-index';
import { rollbackAnnotations } from '../src/plan/rollback-mark';
import type { RegistryClient } from '../src/registry/registry';
import type { ManifestResult } from '../src/report/result';
import { readLast } from '../src/run/published';
import { moveBack } from '../src/run/rollback/mark-rollback';
import { imageOf } from '../testing/facts';
import { pushImage, pushIndex, type PushedImage } from '../testing/fixture-images';
import { startImmutableRegistry } from '../testing/immutable-registry';
import { plainClient, publishAs, publishingContext } from '../testing/publisher';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

/** What publishers are not to believe: that what is in the registry is whole, that a tag names what it is called after, that nothing has moved since they looked. */
const CONFIG: Partial<BuildConfig> = {
  additionalTags: [
    { name: 'v1', moving: false },
    { name: 'edge', moving: true },
    { name: 'latest', moving: true },
  ],
};
const MOVING = ['web-edge', 'web-latest'];
const TAGS = ['last-web', ...MOVING];
const registry = plainClient();
let server: TestRegistry;
let repository: { registry: string; path: string };
let contents: Record<'a' | 'b' | 'c', readonly PushedImage[]>;

beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const name = expect.getState().currentTestName ?? '';
  const path = `team/${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  repository = { registry: server.host, path };
  // Blobs are shared by all repositories of a registry, so each test has contents of its own.
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map(async (content) => [
      await pushImage(server.host, path, undefined, {
        platform: 'linux/amd64',
        files: { content: { content: `${content} ${name}` } },
      }),
    ]),
  );
  contents = { a: a ?? [], b: b ?? [], c: c ?? [] };
});

interface Options {
  readonly config?: Partial<BuildConfig>;
  readonly client?: RegistryClient;
  readonly at?: typeof repository;
  readonly image?: string;
}

function publisher(content: keyof typeof contents, hour: number, { config, client, at, image }: Options = {}) {
  return {
    ...{ registry: client ?? registry, repository: at ?? repository, image: image ?? 'web', built: contents[content] },
    ...{ started: `2025-11-20T${hour}:00:00.000Z`, commit: `${hour}${content}`.padEnd(40, '0') },
    config: { ...CONFIG, ...config },
  };
}
const run = (content: keyof typeof contents, hour: number, options?: Options): Promise<ManifestResult> =>
  publishAs(publisher(content, hour, options));
const digestAt = (tag: string) => registry.headManifest({ ...repository, tag });
const digestsAt = (tags: readonly string[]) => Promise.all(tags.map(digestAt));

async function rollBackTo(result: ManifestResult): Promise<void> {
  const context = publishingContext(publisher('a', 13));
  const raw = await registry.getManifest({ ...repository, tag: result.versionTag ?? '' });
  const newest = await readLast(registry, context.facts, 'web');
  const to = raw && (await readLast({ getManifest: () => Promise.resolve(raw) }, context.facts, 'web'));
  if (to?.version === undefined) throw new Error('there is nothing to go back to');
  await moveBack(context, imageOf('web'), { ...to, version: to.version }, newest, MOVING);
}

function loseLayer(image: PushedImage | undefined): void {
  const blob = image?.layers[0]?.slice('sha256:'.length) ?? '';
  rmSync(join(server.directory, 'data/docker/registry/v2/blobs/sha256', blob.slice(0, 2), blob, 'data'));
}

/** `after` is awaited once, when the request was answered which it chooses. */
function interrupted(chooses: (kind: 'HEAD' | 'GET' | 'PUT', name: string) => boolean, after: () => Promise<unknown>) {
  let over = false;
  const meet = async <T>(kind: 'HEAD' | 'GET' | 'PUT', name: string, answer: T): Promise<T> => {
    if (!over && chooses(kind, name)) {
      over = true;
      await after();
    }
    return answer;
  };
  const nameOf = ({ tag, digest }: { tag?: string | undefined; digest?: string | undefined }) => tag ?? digest ?? '';
  const client: RegistryClient = {
    ...registry,
    headManifest: async (at) => meet('HEAD', nameOf(at), await registry.headManifest(at)),
    getManifest: async (at) => meet('GET', nameOf(at), await registry.getManifest(at)),
    putManifest: async (at, ...rest) => meet('PUT', nameOf(at), await registry.putManifest(at, ...rest)),
  };
  return client;
}

describe('an index whose blobs are gone', () => {
  it('gets no tag more from a run that reuses it', async () => {
    const { versionTag = '' } = await run('a', 10);
    loseLayer(contents.a[0]);
    const before = await digestsAt([...TAGS, versionTag]);
    const v2 = [...(CONFIG.additionalTags ?? []), { name: 'v2', moving: false }];
    const again = await run('a', 11, { config: { additionalTags: v2 } });
    expect(again).toMatchObject({ outcome: 'failed', error: { code: 'IMAGE_INCOMPLETE' }, tags: [] });
    const next = [...(CONFIG.additionalTags ?? []), { name: 'next', moving: true }];
    expect(await run('a', 11, { config: { additionalTags: next } })).toMatchObject({
      error: { code: 'IMAGE_INCOMPLETE' },
    });
    expect(await digestsAt(['web-v2', 'web-next'])).toEqual([undefined, undefined]);
    expect(await digestsAt([...TAGS, versionTag])).toEqual(before);
  });

  it('is what a run finds that has to write nothing', async () => {
    await run('a', 10);
    loseLayer(contents.a[0]);
    expect((await run('a', 11)).outcome).toBe('reused');
  });
});

describe('a held version', () => {
  it('is no index of another image under its tag', async () => {
    const first = await run('a', 10);
    const other = await run('b', 10, { image: 'api' });
    const version = 'web-20251101-0000000';
    const raw = await registry.getManifest({ ...repository, tag: other.versionTag ?? '' });
    await registry.putManifest({ ...repository, tag: version }, raw?.mediaType ?? '', raw?.bytes ?? new Uint8Array());
    const held = await run('c', 12, { config: { hold: [version] } });
    expect(held).toMatchObject({ outcome: 'failed', error: { code: 'INDEX_WRONG' } });
    expect(held.error?.message).toContain(version);
    expect(await digestsAt(TAGS)).toEqual(TAGS.map(() => first.digest));
  });
});

describe('the mark of a rollback', () => {
  it.each([
    ['an index of another image', 'api-20251101-0000000'],
    ['an index that calls itself otherwise', 'web-20251101-fffffff'],
  ])('leads no tag to %s', async (_, version) => {
    const first = await run('a', 10);
    const [child] = contents.b;
    if (child === undefined) throw new Error('nothing was pushed');
    const annotations = { 'org.opencontainers.image.version': version };
    const digest = await pushIndex(server.host, repository.path, undefined, [child.descriptor], { annotations });
    const client = interrupted(
      (kind, name) => kind === 'PUT' && name === 'last-web',
      async () => {
        const from = { version: first.versionTag ?? '', digest: first.digest as `sha256:${string}` };
        const to = { version: 'web-20251101-0000000', digest: digest };
        const mark = planIndex([{ ...child.descriptor, size: child.descriptor.size }], {
          'org.opencontainers.image.version': from.version,
          'org.opencontainers.image.created': '2025-11-20T23:00:00.000Z',
          ...rollbackAnnotations({ from, to }),
        });
        await pushIndex(server.host, repository.path, 'last-web', [child.descriptor], {
          annotations: mark.annotations ?? {},
        });
      },
    );
    const result = await run('c', 12, { client });
    expect(await digestsAt(MOVING)).not.toContain(digest);
    expect(result.notes.join()).toContain('rolled back to web-20251101-0000000');
    expect(result.notes.join()).not.toContain('has the tags that move');
    expect(result.tags.slice(2).map((tag) => [tag.state, tag.digest])).toEqual([
      ['late', undefined],
      ['late', undefined],
    ]);
  });
});

describe('a rollback', () => {
  it('is called so by a run that it came before', async () => {
    const [good, bad] = [await run('a', 10), await run('b', 11)];
    await rollBackTo(good);
    const late = await run('c', 12);
    expect(late.notes).toEqual([expect.stringContaining(`rolled back to ${good.versionTag ?? '-'}`)]);
    expect(late.notes.join()).not.toContain(bad.versionTag);
    expect(await digestsAt(MOVING)).toEqual([good.digest, good.digest]);
  });

  it('is called so by a run that it came between', async () => {
    const [good, bad] = [await run('a', 10), await run('b', 11)];
    const client = interrupted(
      (kind, name) => kind === 'PUT' && name === 'last-web',
      () => rollBackTo(good),
    );
    const between = await run('c', 12, { client });
    expect(between.notes).toEqual([expect.stringContaining(`rolled back to ${good.versionTag ?? '-'}`)]);
    expect(between.notes.join()).not.toContain(bad.versionTag);
    expect(await digestsAt(MOVING)).toEqual([good.digest, good.digest]);
  });

  it('is not jumped over by a run that saw the claim before it', async () => {
    const [good, bad] = [await run('a', 10), await run('b', 11)];
    const written: unknown[] = [];
    // The tags are at the old version already when it looks at them, the claim not yet.
    const reads = interrupted(
      (kind, name) => kind === 'GET' && name === 'last-web',
      () => rollBackTo(good),
    );
    const client: RegistryClient = {
      ...reads,
      headManifest: async (at) => {
        if (MOVING.includes(at.tag ?? '')) await settled;
        return reads.headManifest(at);
      },
      getManifest: async (at) => {
        const answer = await reads.getManifest(at);
        if (at.tag === 'last-web') settle();
        return answer;
      },
      putManifest: (at, ...rest) => {
        written.push(at.tag);
        return reads.putManifest(at, ...rest);
      },
    };
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const again = await run('b', 12, { client });
    expect([again.digest, again.error]).toEqual([bad.digest, undefined]);
    expect(written).toEqual([]);
    expect(await digestsAt(MOVING)).toEqual([good.digest, good.digest]);
  });
});

describe('an index of others over the same children', () => {
  it.each([
    ['a run that publishes', true],
    ['a run that does not', false],
  ])('is not taken for the image by %s', async (_, publish) => {
    const [child] = contents.a;
    if (child === undefined) throw new Error('nothing was pushed');
    const foreign = await pushIndex(server.host, repository.path, 'last-web', [child.descriptor]);
    const result = await publishAs({ ...publisher('a', 10), facts: { publish } });
    expect([result.outcome, result.digest === foreign]).toEqual(['built', false]);
    if (publish) expect(await run('b', 9)).toMatchObject({ tags: [{}, {}, { state: 'late' }, { state: 'late' }] });
  });
});

it('says which tags were written where the registry lets none move', async () => {
  const immutable = await startImmutableRegistry(server.host);
  try {
    const at = { ...repository, registry: immutable.host };
    await run('a', 10, { at });
    const config = { additionalTags: [...(CONFIG.additionalTags ?? []), { name: 'v2', moving: false }] };
    const refused = await run('b', 11, { at, config });
    expect(refused).toMatchObject({ outcome: 'failed', error: { code: 'TAG_IMMUTABLE' } });
    const { digest } = (await readLast(registry, { repository, scope: undefined }, 'web')) ?? {};
    const tags = refused.tags.map(({ tag }) => tag);
    expect(tags).toEqual([expect.stringMatching(/^web-20251120-/), 'web-v2']);
    expect(refused.tags.map(({ state }) => state)).toEqual(['written', 'written']);
    for (const tag of refused.tags)
      expect([await digestAt(tag.tag), tag.digest === digest]).toEqual([tag.digest, false]);
  } finally {
    await immutable.stop();
  }
});
