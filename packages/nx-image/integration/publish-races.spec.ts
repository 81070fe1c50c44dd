import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from '../src/oci/reference';
import { isNewer } from '../src/plan/index-order';
import { serve } from '../src/registry/local/serve';
import type { ManifestResult } from '../src/report/result';
import { readPublished, type Published } from '../src/run/published';
import { pushImage, type PushedImage } from '../testing/fixture-images';
import { freePort } from '../testing/free-port';
import { plainClient, publishAs } from '../testing/publisher';
import { startRegistry } from '../testing/registry-server';
import { randomOf, Turns } from '../testing/turns';

/**
 * Real publishers of one image side by side at a real registry, which has no compare-and-swap. What they ask is interleaved request by request, at random, by
 * seed; some stand still for long in the middle, some are killed there.
 */
const CONFIG = {
  additionalTags: [
    { name: 'edge', moving: true },
    { name: 'latest', moving: true },
  ],
};
const TAGS = ['last-{}', '{}-edge', '{}-latest'];
const RACES_AT_ONCE = 12;
const NOW = Date.now();
const client = plainClient();

interface Run {
  readonly started: string;
  readonly commit: string;
  readonly built: readonly PushedImage[];
}

interface Ended extends Run {
  readonly result: ManifestResult | 'killed';
  /** What its version tag names. */
  readonly version: Published | undefined;
}

/** Answers what is wrong in the end. */
async function race(repository: Repository, pool: readonly PushedImage[][], seed: number): Promise<readonly string[]> {
  const random = randomOf(seed);
  const image = `web${seed}`;
  const turns = new Turns(random);
  // Mostly few, as pipelines are.
  const count = 2 + Math.floor(random() ** 3 * 7);
  const kills = random() < 0.25;
  const runs = Array.from({ length: count }, (_, index): Run => {
    // Some of one second, and some of the same content.
    const started = new Date(Date.UTC(2025, 10, 20, 10, 0, Math.floor(random() * 2 * count))).toISOString();
    const commit = createHash('sha1').update(`${seed} ${index}`).digest('hex');
    const built = pool[Math.floor(random() * pool.length)] ?? [];
    return { started, commit, built: seed % 4 === 0 ? built : built.slice(0, 1) };
  });
  const read = async (tag: string) => {
    const raw = await client.getManifest({ ...repository, tag });
    return raw === undefined ? undefined : readPublished(raw);
  };
  const ended = await Promise.all(
    runs.map(async (run): Promise<Ended> => {
      const dies = kills && random() < 0.5 ? 1 + Math.floor(random() * 40) : Infinity;
      const { registry, killed } = turns.client(client, random() < 0.4 ? 0.03 : 1, dies);
      const result = await Promise.race([publishAs({ ...run, repository, image, config: CONFIG, registry }), killed]);
      return { ...run, result, version: await read(`${image}-20251120-${run.commit.slice(0, 7)}`) };
    }),
  );
  const readTags = () => Promise.all(TAGS.map((tag) => read(tag.replace('{}', image))));
  const wrong = [...wrongVersions(ended), ...wrongTags(ended, await readTags())];
  if (!ended.some(({ result }) => result === 'killed')) return wrong;
  const next = { started: '2025-11-21T00:00:00.000Z', commit: 'f'.repeat(40), built: runs[0]?.built ?? [] };
  const result = await publishAs({ ...next, repository, image, config: CONFIG, registry: client });
  const left = (await readTags()).filter((one) => one?.digest !== result.digest);
  return left.length === 0 ? wrong : [...wrong, 'the next run does not complete the tags'];
}

function wrongVersions(ended: readonly Ended[]): readonly string[] {
  return ended.flatMap(({ result, version, built }) => {
    if (result === 'killed') return [];
    if (result.error !== undefined) return [`a publisher failed: ${result.error.message}`];
    if (result.outcome === 'reused') return [];
    if (version === undefined || version.digest !== result.digest) return ['a version tag does not name its index'];
    return version.version === result.versionTag && isOver(version, built) ? [] : ['an index is not what was built'];
  });
}

function wrongTags(ended: readonly Ended[], tags: readonly (Published | undefined)[]): readonly string[] {
  const whole = ended.every(({ result }) => result !== 'killed');
  const done = ended.flatMap(({ result, version }) => (result === 'killed' || version === undefined ? [] : version));
  const problems = tags.flatMap((tag, index) => {
    const name = TAGS[index] ?? '';
    if (tag === undefined) return whole ? [`${name} is not there`] : [];
    if (!ended.some(({ built }) => isOver(tag, built))) return [`${name} names no index of one of the runs`];
    return done.some((one) => isNewer(one, tag, NOW))
      ? [`${name} is at an older index than one that was published`]
      : [];
  });
  const digests = new Set(tags.map((tag) => tag?.digest));
  return whole && digests.size > 1 ? [...problems, 'the tags name several indexes'] : problems;
}

function isOver({ index }: Published, built: readonly PushedImage[]): boolean {
  return index.manifests.map(({ digest }) => digest).join() === built.map(({ digest }) => digest).join();
}

/** Contents that runs may have. */
async function pushPool(host: string, path: string): Promise<readonly PushedImage[][]> {
  const contents = ['a', 'b', 'c', 'd', 'e', 'f'];
  return Promise.all(
    contents.map((content) =>
      Promise.all(
        ['linux/amd64', 'linux/arm64'].map((platform) =>
          pushImage(host, path, undefined, { platform, files: { a: { content } } }),
        ),
      ),
    ),
  );
}

async function races(host: string, seeds: readonly number[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const path = 'team/images';
  const pool = await pushPool(host, path);
  const left = [...seeds];
  const wrong: Record<string, readonly string[]> = {};
  const runner = async (): Promise<void> => {
    for (let seed = left.pop(); seed !== undefined; seed = left.pop()) {
      const found = await race({ registry: host, path }, pool, seed);
      if (found.length > 0) wrong[seed] = found;
    }
  };
  await Promise.all(Array.from({ length: RACES_AT_ONCE }, runner));
  return wrong;
}

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

describe('publishers side by side', () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterAll(() => Promise.all(ends.map((end) => end())));

  it('leave the tags of the newest in 120 races at docker-registry', async () => {
    const server = await startRegistry();
    ends.push(() => server.stop());
    expect(await races(server.host, seeds(1, 120))).toEqual({});
  }, 1_200_000);

  it('leave the tags of the newest in 380 races at the local registry', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hephy-races-'));
    const port = await freePort();
    const server = await serve({ directory, port, idleMinutes: 15, onNote: () => undefined });
    ends.push(async () => {
      server.stop('the tests are over');
      await server.ended;
      await rm(directory, { recursive: true });
    });
    expect(await races(`localhost:${port}`, seeds(121, 380))).toEqual({});
  }, 1_200_000);
});
