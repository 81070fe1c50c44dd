import { UPSTREAM_ANNOTATION, UPSTREAM_REF_ANNOTATION } from '../src/plan/plan-index';
import { driftExitCode } from '../src/report/drift-text';
import { basesOf, DriftStage, NO_BASES, ownBasesOf } from '../testing/drift-stage';
import { imageOf } from '../testing/facts';
import { freePort } from '../testing/free-port';
import { serveGit, type ServedRepository } from '../testing/git-server';

const { base: home, server, newRepository } = serveGit();
let stage: DriftStage;

beforeAll(async () => {
  stage = await DriftStage.open(home);
});
afterAll(() => stage.close());

const both = (content: string) => ({ 'linux/amd64': content, 'linux/arm64': content });
const last = (image: string) => `GET /v2/team/images/manifests/last-${image}`;
const head = (path: string) => `HEAD /v2/${path}/manifests/1`;
const get = (path: string, digits: string) => `GET /v2/${path}/manifests/sha256:${digits}`;
const NOTHING = { published: true, changes: [], parents: [], unknown: [] };

const upstreamOf = ({ url }: ServedRepository, ref: string, commit: string) => ({
  [UPSTREAM_ANNOTATION]: `${url}@${commit}`,
  [UPSTREAM_REF_ANNOTATION]: ref,
});

it('asks once for each image and each distinct base, and once more for a base that moved', async () => {
  const name = `${stage.host}/one/os:1`;
  const quiet = `${stage.host}/one/quiet:1`;
  const was = await stage.pushBase('one/os', both('one'));
  const still = await stage.pushBase('one/quiet', both('one'));
  for (const image of ['a', 'b']) await stage.publish(image, basesOf(name, was));
  await stage.publish('c', basesOf(quiet, still));
  await stage.publish('pinned', basesOf(`${name}@sha256:${'0'.repeat(64)}`, was));
  const images = ['a', 'b', 'c', 'pinned'].map((image) => imageOf(image));
  const before = await stage.look(images);
  expect(before.drifts).toEqual(
    images.map(({ name: image }) => expect.objectContaining({ image, ...NOTHING }) as object),
  );
  expect(before.requests).toEqual(
    [...images.map((image) => last(image.name)), head('one/os'), head('one/quiet')].sort(),
  );

  const now = await stage.pushBase('one/os', { ...both('one'), 'linux/arm64': 'two' });
  const { drifts, requests } = await stage.look(images);
  const change = { kind: 'base', how: 'moved', name, from: was.index, to: now.index, platforms: ['linux/arm64'] };
  expect(drifts.map(({ image, changes }) => [image, changes])).toEqual([
    ['a', [change]],
    ['b', [change]],
    ['c', []],
    ['pinned', []],
  ]);
  expect(requests).toEqual([...before.requests, get('one/os', now.index)].sort());
  expect(await stage.look(images, images.slice(2))).toMatchObject({
    requests: [last('c'), last('pinned'), head('one/quiet')],
  });
});

it('counts a base as a whole where the machine that builds chooses the child, and a base that is no index', async () => {
  const name = `${stage.host}/two/go:1`;
  const single = `${stage.host}/two/single:1`;
  const was = await stage.pushBase('two/go', both('one'));
  const digits = await stage.pushSingle('two/single', 'one');
  await stage.publish('cross', basesOf(name, was, { identity: was.index, child: was.child['linux/amd64'] }));
  await stage.publish('plain', basesOf(name, was));
  await stage.publish('single', basesOf(single, { index: digits, child: both(digits) }));
  const images = ['cross', 'plain', 'single'].map((image) => imageOf(image));
  const changed = async () => (await stage.look(images)).drifts.map(({ changes }) => changes);
  expect(await changed()).toEqual([[], [], []]);
  const now = await stage.pushBase('two/go', { ...both('one'), 'linux/arm64': 'two' });
  const later = await stage.pushSingle('two/single', 'two');
  const moved = { kind: 'base', how: 'moved' };
  expect(await changed()).toEqual([
    [{ ...moved, name, from: was.index, to: now.index }],
    [{ ...moved, name, from: was.index, to: now.index, platforms: ['linux/arm64'] }],
    [{ ...moved, name: single, from: digits, to: later }],
  ]);
});

it('follows FROM through images of the repository, of which nothing more is asked', async () => {
  const name = `${stage.host}/three/os:1`;
  const was = await stage.pushBase('three/os', both('one'));
  const base = await stage.publish('base', basesOf(name, was));
  const middle = await stage.publish('middle', ownBasesOf('base-latest', base));
  await stage.publish('top', ownBasesOf('middle-latest', middle));
  const images = ['base', 'middle', 'top'].map((image) => imageOf(image));
  const parents = async (asked = images) => {
    const { drifts, requests } = await stage.look(images, asked);
    return { moved: drifts.map(({ changes, parents: from }) => [changes.length, from]), requests: requests.length };
  };
  expect(await parents()).toEqual({
    moved: [
      [0, []],
      [0, []],
      [0, []],
    ],
    requests: 4,
  });
  await stage.pushBase('three/os', both('two'));
  expect(await parents(images.slice(2))).toEqual({ moved: [[0, ['middle']]], requests: 5 });
  expect(await parents()).toEqual({
    moved: [
      [1, []],
      [0, ['base']],
      [0, ['middle']],
    ],
    requests: 5,
  });

  const anew = await stage.pushBase('three/os', both('three'));
  const content = { 'linux/amd64': 'base amd64', 'linux/arm64': 'another' };
  await stage.publish('base', basesOf(name, anew), { content });
  const { drifts } = await stage.look(images);
  const change = { kind: 'base', how: 'anew', name: 'base', platforms: ['linux/arm64'] };
  expect(drifts.map(({ changes }) => changes)).toEqual([[], [change], []]);
});

it('asks each upstream once for all refs, and tells branches, tags and what somebody wrote into a config apart', async () => {
  const repository = newRepository({ a: 'one' });
  const one = repository.git('rev-parse', 'main');
  for (const tag of ['v1', 'v2', 'v3']) repository.tag(tag, one);
  const image = (name: string, ref: string, moving = false) =>
    imageOf(name, { upstream: { repo: repository.url, ref, ...(moving ? { moving } : {}) } });
  const images = [
    image('branch', 'main'),
    image('tag', 'v1'),
    image('free', 'v1', true),
    image('other', 'v3'),
    image('commit', one),
    image('steady', 'v2'),
    image('deleted', 'gone'),
  ];
  const refs = [
    'refs/heads/main',
    'refs/tags/v1',
    'refs/tags/v1',
    'refs/tags/v2',
    '',
    'refs/tags/v2',
    'refs/heads/gone',
  ];
  for (const [index, { name }] of images.entries()) {
    await stage.publish(name, NO_BASES, { annotations: upstreamOf(repository, refs[index] ?? '', one) });
  }
  const two = repository.commit({ a: 'two' });
  for (const tag of ['v1', 'v3']) repository.git('tag', '-f', tag, two);
  repository.git('tag', '-f', '-a', '-m', 'the same commit', 'v2', one);
  server().forget();
  const { drifts } = await stage.look(images);
  expect(server().requests.filter((line) => line.startsWith('GET'))).toHaveLength(1);
  const moved = { kind: 'upstream', how: 'moved', name: repository.url, from: one.slice(0, 7), to: two.slice(0, 7) };
  expect(drifts.map(({ image: name, changes, tag, unknown }) => [name, tag ?? [...changes, ...unknown]])).toEqual([
    ['branch', [moved]],
    ['tag', { repo: repository.url, ref: 'refs/tags/v1', from: one, to: two }],
    ['free', [moved]],
    ['other', []],
    ['commit', []],
    ['steady', []],
    ['deleted', [{ code: 'UPSTREAM_REF_MISSING', message: `${repository.url} has no tag or branch gone` }]],
  ]);
  // A branch in the place of the tag names another commit, too.
  repository.git('tag', '-d', 'v1');
  repository.git('branch', 'v1', two);
  expect((await stage.look(images)).drifts[1]).toMatchObject({ tag: { ref: 'refs/tags/v1', from: one, to: two } });
});

it('ends by what is known of images that it was not asked about, too', async () => {
  const repository = newRepository({ a: 'one' });
  const one = repository.git('rev-parse', 'main');
  repository.tag('v1', one);
  const annotations = upstreamOf(repository, 'refs/tags/v1', one);
  const tool = await stage.publish('tool', NO_BASES, { annotations });
  await stage.publish('ontool', ownBasesOf('tool-latest', tool));
  const parent = imageOf('tool', { upstream: { repo: repository.url, ref: 'v1' } });
  const child = imageOf('ontool');
  const code = async () => driftExitCode((await stage.look([parent, child], [child])).found, undefined);
  expect(await code()).toBe(0);
  repository.git('tag', '-f', 'v1', repository.commit({ a: 'two' }));
  expect(await code()).toBe(4);
  repository.git('tag', '-d', 'v1');
  expect(await code()).toBe(1);
});

it('says what could not be found out', async () => {
  const silent = `127.0.0.1:${await freePort()}`;
  const was = { index: '0'.repeat(16), child: both('1'.repeat(16)) };
  await stage.publish('first', basesOf(`${silent}/os:1`, was));
  await stage.publish('second', basesOf(`${silent}/os:2`, was));
  await stage.publish('absent', basesOf(`${stage.host}/four/none:1`, was));
  await stage.publish('mute', NO_BASES, { annotations: { 'dev.hephy.image.inputs': '{}' } });
  await stage.publish('away', NO_BASES, {
    annotations: {
      [UPSTREAM_ANNOTATION]: `http://${silent}/x.git@${'a'.repeat(40)}`,
      [UPSTREAM_REF_ANNOTATION]: 'refs/heads/main',
    },
  });
  const images = [
    ...['first', 'second', 'absent', 'mute', 'never'].map((name) => imageOf(name)),
    imageOf('away', { upstream: { repo: `http://${silent}/x.git`, ref: 'main' } }),
  ];
  const { drifts } = await stage.look(images);
  expect(drifts.map(({ unknown }) => unknown.map(({ code, message }) => code ?? message))).toEqual([
    ['REGISTRY_UNREACHABLE'],
    ['REGISTRY_UNREACHABLE'],
    ['BASE_NOT_FOUND'],
    ['its index does not say what it was made of'],
    [],
    ['UPSTREAM_UNREACHABLE'],
  ]);
  expect(drifts.map(({ published }) => published)).toEqual([true, true, true, true, false, true]);
  expect(drifts.flatMap(({ changes, parents }) => [...changes, ...parents])).toEqual([]);
});

it('asks a mirror in the place of Docker Hub, as a run does', async () => {
  const was = await stage.pushBase('mirror/library/alpine', both('one'));
  await stage.publish('hub', basesOf('docker.io/library/alpine:1', was));
  const mirror = `${stage.host}/mirror`;
  const { drifts, requests } = await stage.look([imageOf('hub')], undefined, { mirror });
  expect(drifts).toEqual([expect.objectContaining(NOTHING)]);
  expect(requests).toEqual([last('hub'), head('mirror/library/alpine')].sort());
});

it('finds a period that has ended', async () => {
  await stage.publish('old', NO_BASES, { period: '2026-11-09/7d' });
  await stage.publish('young', NO_BASES, { period: '2026-11-16/7d' });
  await stage.publish('off', NO_BASES, { period: '2026-11-09/7d' });
  const week = { maxAge: 7 * 24 * 3600 * 1000 };
  const { drifts } = await stage.look([imageOf('old', week), imageOf('young', week), imageOf('off')]);
  const change = { kind: 'period', how: 'changed', from: '2026-11-09/7d', to: '2026-11-16/7d' };
  expect(drifts.map(({ changes }) => changes)).toEqual([[change], [], []]);
});

it('ends when it is told to', async () => {
  const reason = new Error('enough');
  await expect(stage.look([imageOf('a')], undefined, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
