import type { BuildConfig } from '../src/config/build-config';
import type { RunFacts } from '../src/plan/run-facts';
import type { ManifestResult } from '../src/report/result';
import { startFaultProxy } from '../testing/fault-proxy';
import { pushImage, pushIndex, type PushedImage } from '../testing/fixture-images';
import { plainClient, publishAs } from '../testing/publisher';
import { startRegistry, type TestRegistry } from '../testing/registry-server';
import { Turns } from '../testing/turns';

/** Runs that publish one image, one after the other, not always in the order in which they began. */
const CONFIG: Partial<BuildConfig> = {
  additionalTags: [
    { name: 'v1', moving: false },
    { name: 'edge', moving: true },
    { name: 'latest', moving: true },
  ],
};
const path = 'team/images';
const registry = plainClient();
const TAGS = ['last-web', 'web-edge', 'web-latest'];

let server: TestRegistry;
let contents: Record<'a' | 'b' | 'c', readonly PushedImage[]>;
beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.stop());

/** Each test has a repository of its own. */
let repository: { registry: string; path: string };
beforeEach(async () => {
  const own = `${path}/${(expect.getState().currentTestName ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  repository = { registry: server.host, path: own };
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map(async (content) => [
      await pushImage(server.host, own, undefined, { platform: 'linux/amd64', files: { content: { content } } }),
    ]),
  );
  contents = { a: a ?? [], b: b ?? [], c: c ?? [] };
});

interface Options {
  readonly facts?: Partial<RunFacts>;
  readonly config?: Partial<BuildConfig>;
  readonly client?: typeof registry;
  readonly at?: typeof repository;
}

/** A run that began at the hour, with a commit of its own. */
function run(
  content: keyof typeof contents,
  time: string,
  { facts, config, client, at }: Options = {},
): Promise<ManifestResult> {
  const started = `2025-11-20T${time.length === 2 ? `${time}:00:00.000` : time}Z`;
  const commit = Buffer.from(`${time} ${content}`)
    .toString('hex')
    .padEnd(40, '0')
    .slice(-40)
    .split('')
    .reverse()
    .join('');
  return publishAs({
    ...{
      registry: client ?? registry,
      repository: at ?? repository,
      image: 'web',
      built: contents[content],
      started,
      commit,
    },
    config: { ...CONFIG, ...config },
    ...(facts === undefined ? {} : { facts }),
  });
}
const digestAt = (tag: string, at = repository) => registry.headManifest({ ...at, tag });
const digestsAt = (tags: readonly string[], at = repository) => Promise.all(tags.map((tag) => digestAt(tag, at)));
const all = (result: ManifestResult) => TAGS.map(() => result.digest);
const statesOf = (result: ManifestResult) =>
  Object.fromEntries(result.tags.map(({ tag, state }) => [tag.replace(/^web-2025.*/, 'version'), state]));

it('asks once for the index and once for each tag where there is nothing to do', async () => {
  await run('a', '10');
  const proxy = await startFaultProxy(server.host);
  const result = await publishAs({
    ...{ registry: plainClient(), repository: { ...repository, registry: proxy.host }, image: 'web' },
    ...{ built: contents.a, started: '2025-11-20T11:00:00.000Z', config: CONFIG },
  });
  await proxy.stop();
  expect(statesOf(result)).toEqual({ version: 'kept', 'web-v1': 'kept', 'web-edge': 'kept', 'web-latest': 'kept' });
  expect(proxy.requests.filter((kind) => kind !== 'ping').sort()).toEqual([
    'tag GET',
    ...TAGS.map(() => 'tag HEAD'),
    'tag HEAD',
  ]);
});

it('moves nothing for a run that began before the one that published last', async () => {
  const newer = await run('b', '11');
  const late = await run('a', '10');
  expect(statesOf(late)).toEqual({ version: 'written', 'web-v1': 'fixed', 'web-edge': 'late', 'web-latest': 'late' });
  expect(late.notes).toEqual([expect.stringContaining(newer.versionTag ?? '-')]);
  expect(await digestsAt(TAGS)).toEqual(all(newer));
  expect(await digestAt(late.versionTag ?? '')).toBe(late.digest);
  // Once more it is all there, and still late; and no later run goes back to what it made.
  expect(statesOf(await run('a', '10'))).toMatchObject({ version: 'kept', 'web-latest': 'late' });
  const next = await run('a', '12');
  expect(next.digest).not.toBe(late.digest);
  expect(await digestsAt(TAGS)).toEqual(all(next));
});

it('gives a fixed tag that nobody has to a late run', async () => {
  await run('b', '11', { config: { additionalTags: [{ name: 'latest', moving: true }] } });
  expect(statesOf(await run('a', '10'))).toMatchObject({ 'web-v1': 'written', 'web-latest': 'late' });
});

it('moves for jobs of one pipeline in the order in which they come, however many', async () => {
  for (const content of ['a', 'b', 'c', 'a', 'b'] as const) {
    const result = await run(content, '10');
    expect(await digestsAt(TAGS)).toEqual(all(result));
  }
});

it('goes forward to a new index of the old children when a change is reverted', async () => {
  const first = await run('a', '10');
  await run('b', '11');
  const reverted = await run('a', '12');
  expect(reverted.outcome).toBe('built');
  expect(reverted.versionTag).not.toBe(first.versionTag);
  expect(reverted.platforms).toEqual(first.platforms);
  expect(await digestsAt(TAGS)).toEqual(all(reverted));
  const after = await run('a', '13');
  expect([after.outcome, after.digest]).toEqual(['reused', reverted.digest]);
});

it('finds the newest by the tags that move where `last-` is not there, and puts it there', async () => {
  const first = await run('a', '10');
  // As a version of hephy that had no `last-` left it.
  const raw = await registry.getManifest({ ...repository, tag: 'web-latest' });
  const other = { ...repository, path: `${repository.path}-old` };
  await pushImage(server.host, other.path, undefined, {
    platform: 'linux/amd64',
    files: { content: { content: 'a' } },
  });
  await registry.putManifest({ ...other, tag: 'web-latest' }, raw?.mediaType ?? '', raw?.bytes ?? new Uint8Array());
  repository = other;
  const next = await run('a', '12');
  expect([next.outcome, next.digest]).toEqual(['reused', first.digest]);
  expect(await digestsAt(TAGS)).toEqual(all(first));
});

it.each([
  ['no date', 'yesterday'],
  ['a date to come', '9999-12-31T23:59:59Z'],
])('is not kept from publishing by an index of others with %s, and says that it moved it', async (_, created) => {
  const { descriptor } = contents.b[0]!;
  const annotations = {
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.version': 'web-20251120-fffffff',
  };
  const foreign = await pushIndex(server.host, repository.path, 'web-latest', [descriptor], { annotations });
  const result = await run('a', '10');
  expect(await digestsAt(TAGS)).toEqual(all(result));
  expect(result.notes).toEqual([expect.stringMatching(`web-latest named ${foreign}`)]);
});

it('takes no index for the newest that is no version of the image, and writes no tag that it names', async () => {
  const { descriptor } = contents.a[0]!;
  const annotations = {
    'org.opencontainers.image.created': '2025-11-20T12:00:00Z',
    'org.opencontainers.image.version': 'api-latest',
  };
  for (const tag of ['web-latest', 'last-web'])
    await pushIndex(server.host, repository.path, tag, [descriptor], { annotations });
  const result = await run('a', '10');
  expect(result.error).toBeUndefined();
  expect(await digestAt('api-latest')).toBeUndefined();
  expect(result.versionTag).toMatch(/^web-20251120-/);
});

it('keeps the tags of untrusted runs apart, with an order of their own', async () => {
  const trusted = await run('a', '12');
  const facts = { publish: false, scope: 'mr7' };
  const newer = await run('b', '11', { facts });
  expect(await digestAt('mr7-last-web')).toBe(newer.digest);
  expect(statesOf(await run('c', '10', { facts }))).toMatchObject({ 'mr7-web-v1': 'late', 'mr7-web-latest': 'late' });
  expect(await digestAt('mr7-web-latest')).toBe(newer.digest);
  expect(await digestsAt(TAGS)).toEqual(all(trusted));
});

it('writes no `last-` in a run that does not publish', async () => {
  const preview = await run('a', '10', { facts: { publish: false } });
  expect(preview.outcome).toBe('built');
  expect(await digestsAt(TAGS)).toEqual([undefined, undefined, undefined]);
  const published = await run('a', '11');
  expect(published.digest).not.toBe(preview.digest);
  const again = await run('a', '12', { facts: { publish: false } });
  expect([again.outcome, again.digest]).toEqual(['reused', published.digest]);
});

it('is completed by the next run, wherever it was cut off', async () => {
  const cutOff = async (requests: number): Promise<boolean> => {
    const at = { ...repository, path: `${repository.path}/${requests}` };
    for (const content of ['a', 'b']) {
      await pushImage(server.host, at.path, undefined, { platform: 'linux/amd64', files: { content: { content } } });
    }
    await run('a', '10', { at });
    const { registry: client, killed } = new Turns(() => 0).client(registry, 1, requests);
    const end = await Promise.race([run('b', '11', { client, at }), killed]);
    const next = await run('b', '12', { at });
    const tags = await digestsAt([...TAGS, next.versionTag ?? ''], at);
    expect([requests, next.error, tags]).toEqual([requests, undefined, [...all(next), next.digest]]);
    return end === 'killed';
  };
  const cuts = [];
  for (let from = 1; from <= 48; from += 12) {
    cuts.push(...(await Promise.all(Array.from({ length: 12 }, (_, index) => cutOff(from + index)))));
  }
  // Each request of the run was the last once.
  expect([cuts[0], cuts.at(-1)]).toEqual([true, false]);
});

describe('a version that is held', () => {
  it('has the moving tags, while versions go on', async () => {
    const first = await run('a', '10');
    await run('b', '11');
    const config = { hold: [first.versionTag ?? ''] };
    const held = await run('c', '12', { config });
    expect(statesOf(held)).toEqual({ version: 'written', 'web-v1': 'fixed', 'web-edge': 'held', 'web-latest': 'held' });
    expect(held.notes).toEqual([
      expect.stringContaining(`held at ${first.versionTag ?? '-'} by projects/web/build-config.yaml`),
    ]);
    expect(await digestsAt(TAGS)).toEqual([held.digest, first.digest, first.digest]);
    expect(statesOf(await run('c', '13', { config }))).toMatchObject({ version: 'kept', 'web-latest': 'held' });
    const released = await run('c', '14');
    expect(released.digest).toBe(held.digest);
    expect(await digestsAt(TAGS)).toEqual(all(held));
  });

  it('is not gone back to by a late run', async () => {
    const first = await run('a', '10');
    const newer = await run('b', '12');
    const late = await run('c', '11', { config: { hold: [first.versionTag ?? ''] } });
    expect(statesOf(late)).toMatchObject({ version: 'written', 'web-latest': 'late' });
    expect(await digestsAt(TAGS)).toEqual(all(newer));
  });

  it('has to be there before any tag moves', async () => {
    const first = await run('a', '10');
    const result = await run('b', '11', { config: { hold: ['web-20250101-0000000'] } });
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { code: 'VERSION_MISSING', where: 'projects/web/build-config.yaml' },
    });
    expect(await digestsAt(TAGS)).toEqual(all(first));
  });

  it('holds nothing of untrusted runs', async () => {
    const result = await run('a', '10', {
      facts: { publish: false, scope: 'mr7' },
      config: { hold: ['web-20250101-0000000'] },
    });
    expect(await digestAt('mr7-web-latest')).toBe(result.digest);
  });
});
