import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadBuildConfig } from '../src/config/load-build-config';
import type { ManifestResult } from '../src/report/result';
import type { Rollback } from '../src/report/rollback';
import { rollbackText } from '../src/report/rollback-text';
import { rollBack } from '../src/run/rollback/roll-back';
import { imageOf } from '../testing/facts';
import { pushImage, pushIndex, type PushedImage } from '../testing/fixture-images';
import { plainClient, publishAs, publishingContext } from '../testing/publisher';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

/** A workspace's config, a real registry, and runs by what the config says at the time. */
const FILE = 'projects/web/build-config.yaml';
const TEXT =
  "# Ours\r\nplatforms: ['linux/amd64']   # both\r\nadditional_tags: [v1, {tag: edge, moving: true}, latest]\r\n";
const registry = plainClient();
const TAGS = ['last-web', 'web-edge', 'web-latest'];
let server: TestRegistry;
let workspaceRoot: string;
let repository: { registry: string; path: string };
let contents: Record<'a' | 'b' | 'c', readonly PushedImage[]>;
const file = () => join(workspaceRoot, FILE);
const text = () => readFileSync(file(), 'utf8');

beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.stop());
beforeEach(async () => {
  workspaceRoot = mkdtempSync(join(tmpdir(), 'hephy-rollback-'));
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), TEXT, { mode: 0o640 });
  const path = `team/${(expect.getState().currentTestName ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  repository = { registry: server.host, path };
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map(async (content) => [
      await pushImage(server.host, path, undefined, { platform: 'linux/amd64', files: { content: { content } } }),
    ]),
  );
  contents = { a: a ?? [], b: b ?? [], c: c ?? [] };
});
afterEach(() => {
  rmSync(workspaceRoot, { recursive: true });
});

const image = () => ({ ...imageOf('web'), config: loadBuildConfig(text(), FILE) });

/** Minutes from now, as the clock of pipelines has it: whole seconds. */
function inMinutes(minutes: number): string {
  return new Date(Math.floor(Date.now() / 1000) * 1000 + minutes * 60_000).toISOString();
}

let commits = 0;
function run(content: keyof typeof contents, minutes: number, config = image().config): Promise<ManifestResult> {
  commits += 1;
  const commit = String(commits).padStart(7, '0').padEnd(40, '0');
  return publishAs({
    registry,
    repository,
    image: 'web',
    built: contents[content],
    started: inMinutes(minutes),
    commit,
    config,
  });
}

function goBack(
  version: string | undefined,
  options: { dryRun?: boolean; env?: Record<string, string> } = {},
): Promise<Rollback> {
  const context = publishingContext({ registry, repository, image: 'web', built: [], started: inMinutes(0) });
  const env = options.env ?? { HEPHY_PUBLISH: 'true' };
  const projects = { nameOf: (root: string) => root, dependents: () => [] };
  const input = {
    image: image(),
    version: version ?? '',
    dryRun: options.dryRun === true,
    images: [image()],
    projects,
  };
  return rollBack({ ...context, env, workspaceRoot }, input);
}

const digestAt = (tag: string) => registry.headManifest({ ...repository, tag });
const digests = () => Promise.all(TAGS.map(digestAt));
const moving = async () => (await digests()).slice(1);
const twice = (result: ManifestResult) => [result.digest, result.digest];

it('goes back, stays there through pipelines, and forward when the line is removed', async () => {
  const good = await run('a', -60);
  const bad = await run('b', -40);
  const before = image().config;

  const done = await goBack(good.versionTag);
  expect(done).toMatchObject({
    to: { version: good.versionTag, digest: good.digest },
    newest: bad.versionTag,
    edited: true,
  });
  expect(await moving()).toEqual(twice(good));
  expect(text()).toBe(`${TEXT}hold: ${good.versionTag ?? ''}\r\n`);
  expect(statSync(file()).mode & 0o777).toBe(0o640);

  // A pipeline that began before, from a checkout without the line.
  const late = await run('c', -20, before);
  expect(late.tags.at(-1)).toMatchObject({ tag: 'web-latest', state: 'late' });
  expect(await moving()).toEqual(twice(good));

  // A scheduled run of the same content: nothing is written.
  const written = await digests();
  const scheduled = await run('b', 20);
  expect([scheduled.outcome, scheduled.digest]).toEqual(['reused', bad.digest]);
  expect(scheduled.tags.slice(1).map(({ state }) => state)).toEqual(['fixed', 'held', 'held']);
  expect(scheduled.notes.join()).toContain(`held at ${good.versionTag ?? '-'} by ${FILE}:4:7`);
  expect(await digests()).toEqual(written);

  // The mend is published while the tags are held, and has them after the release.
  const mended = await run('c', 30);
  expect(await digests()).toEqual([mended.digest, ...twice(good)]);
  writeFileSync(file(), TEXT);
  const released = await run('c', 40);
  expect(released.digest).toBe(mended.digest);
  expect(await digests()).toEqual([mended.digest, ...twice(mended)]);
});

it('is over with the next run where the line was removed and nothing else changed', async () => {
  const good = await run('a', -60);
  const bad = await run('b', -40);
  await goBack(good.versionTag);
  writeFileSync(file(), TEXT);
  const released = await run('b', 10);
  expect(released.platforms).toEqual(bad.platforms);
  expect(released.versionTag).not.toBe(bad.versionTag);
  expect(await digests()).toEqual([released.digest, ...twice(released)]);
});

it('goes further back, and forward again, each held in the one line', async () => {
  const versions = [await run('a', -60), await run('b', -50), await run('c', -40)];
  for (const to of [versions[1], versions[0], versions[2]]) {
    const done = await goBack(to?.versionTag?.slice('web-'.length));
    expect(done.newest).toBe(versions[2]?.versionTag);
    expect(await moving()).toEqual([to?.digest, to?.digest]);
    expect(text()).toBe(`${TEXT}hold: ${to?.versionTag ?? ''}\r\n`);
  }
  const again = await goBack(versions[2]?.versionTag);
  expect([again.edited, again.tags.map((tag) => tag.moved)]).toEqual([false, [false, false]]);
});

it('shows what it would do, and does nothing, with --dry-run', async () => {
  const good = await run('a', -60);
  const bad = await run('b', -40);
  const before = await digests();
  const done = await goBack(good.versionTag, { dryRun: true });
  expect(rollbackText(done, { color: false }).split('\n')).toEqual([
    expect.stringMatching(
      `^web: would go back to ${good.versionTag ?? '-'} of .*; the newest is ${bad.versionTag ?? '-'}. It is whole.$`,
    ),
    `  web-edge: would be moved from ${bad.versionTag ?? ''}`,
    `  web-latest: would be moved from ${bad.versionTag ?? ''}`,
    `  ${FILE}: \`hold: ${good.versionTag ?? ''}\` would be added`,
    'Nothing was written: this was --dry-run.',
  ]);
  expect([await digests(), text()]).toEqual([before, TEXT]);
});

it('says which platforms there are now that the version has not', async () => {
  const good = await run('a', -60);
  writeFileSync(file(), TEXT.replace("'linux/amd64'", "'linux/amd64', 'linux/arm64'"));
  const done = await goBack(good.versionTag, { dryRun: true });
  expect(done.missing).toEqual(['linux/arm64']);
  const lines = rollbackText(done, { color: false }).split('\n');
  expect(lines[0]).toMatch(/It is whole, and has fewer platforms\.$/);
  expect(lines[1]).toBe('  It has no linux/arm64: who pulls a tag there that is put back finds nothing.');

  // Published with two, and the config goes back to one first: the newest has it still.
  const arm64 = await pushImage(server.host, repository.path, undefined, { platform: 'linux/arm64', files: {} });
  contents = { ...contents, b: [...contents.b, arm64] };
  await run('b', -40);
  writeFileSync(file(), TEXT);
  expect((await goBack(good.versionTag, { dryRun: true })).missing).toEqual(['linux/arm64']);
});

describe('what is refused, with nothing moved', () => {
  let good: ManifestResult;
  let before: readonly unknown[];
  beforeEach(async () => {
    good = await run('a', -60);
    await run('b', -40);
    before = await digests();
  });
  const refused = async (end: Promise<unknown>, code: string) => {
    await expect(end).rejects.toMatchObject({ code });
    expect(await digests()).toEqual(before);
  };

  it.each([
    ['a version that is not there', 'web-20250101-0000000', 'VERSION_MISSING'],
    ['a version of another image', 'api-20250101-0000000', 'OPTIONS_INVALID'],
    ['what is no version', '--latest', 'OPTIONS_INVALID'],
    ['a tag with a path', '../web-20250101-0000000', 'OPTIONS_INVALID'],
  ])('%s', async (_, version, code) => {
    await refused(goBack(version), code);
    expect(text()).toBe(TEXT);
  });

  it('a machine where nobody said that tags may move', async () => {
    await refused(goBack(good.versionTag, { env: {} }), 'PUBLISH_NOT_ALLOWED');
    const mergeRequest = { GITLAB_CI: 'true', CI_MERGE_REQUEST_IID: '7', HEPHY_PUBLISH: 'true' };
    await refused(goBack(good.versionTag, { env: mergeRequest }), 'PUBLISH_NOT_ALLOWED');
  });

  it('a version that is not whole', async () => {
    const [child] = contents.a;
    const blob = child?.layers[0]?.slice('sha256:'.length) ?? '';
    rmSync(join(server.directory, 'data/docker/registry/v2/blobs/sha256', blob.slice(0, 2), blob, 'data'));
    await refused(goBack(good.versionTag), 'IMAGE_INCOMPLETE');
  });

  it('a version of no platform', async () => {
    const version = 'web-20250101-0000000';
    const annotations = { 'org.opencontainers.image.title': 'web', 'org.opencontainers.image.version': version };
    await pushIndex(server.host, repository.path, version, [], { annotations });
    await refused(goBack(version), 'INDEX_WRONG');
    expect(text()).toBe(TEXT);
  });

  it('a version tag that somebody moved', async () => {
    const raw = await registry.getManifest({ ...repository, tag: 'web-latest' });
    await registry.putManifest(
      { ...repository, tag: good.versionTag ?? '' },
      raw?.mediaType ?? '',
      raw?.bytes ?? new Uint8Array(),
    );
    await refused(goBack(good.versionTag), 'INDEX_WRONG');
  });

  it('a config that is written as hephy does not edit it', async () => {
    const odd = '{ platforms: [linux/amd64] } # {}\n';
    writeFileSync(file(), odd);
    await refused(goBack(good.versionTag), 'OPTIONS_INVALID');
    writeFileSync(file(), odd.replace(' }', ', additional_tags: [latest] }'));
    await refused(goBack(good.versionTag), 'CONFIG_UNWRITABLE');
    expect(text()).toContain('# {}');
  });

  // Root may write whatever it is.
  (process.getuid?.() === 0 ? it.skip : it)('a config that may not be written', async () => {
    chmodSync(file(), 0o444);
    await refused(goBack(good.versionTag), 'CONFIG_UNWRITABLE');
  });

  it('an image without a tag that moves', async () => {
    writeFileSync(file(), 'platforms: [linux/amd64]\nadditional_tags: [v1]\n');
    await refused(goBack(good.versionTag), 'OPTIONS_INVALID');
  });
});

it('goes back also where the newest is damaged', async () => {
  const good = await run('a', -60);
  await run('b', -40);
  const blob = contents.b[0]?.config.slice('sha256:'.length) ?? '';
  rmSync(join(server.directory, 'data/docker/registry/v2/blobs/sha256', blob.slice(0, 2), blob, 'data'));
  await goBack(good.versionTag);
  expect(await moving()).toEqual(twice(good));
  const late = await run('c', -20, { ...image().config, hold: [] });
  expect(late.tags.at(-1)).toMatchObject({ state: 'late' });
});
