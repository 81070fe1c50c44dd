import { MediaType, type ImageIndex } from '../src/oci/manifest';
import type { Description } from '../src/plan/description';
import { formatDescription, parseDescription } from '../src/plan/description-text';
import { INPUTS_ANNOTATION } from '../src/plan/plan-index';
import { ChangeStage } from '../testing/change-stage';
import { pushIndex } from '../testing/fixture-images';
import { serveGit } from '../testing/git-server';
import { startHttpServer, type TestHttpServer } from '../testing/http-server';
import { passOn } from '../testing/meet-fault';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const git = serveGit();
let server: TestRegistry;
let proxy: TestHttpServer;
/** Paths that the registry refuses. */
let refused: RegExp | undefined;
const stages: ChangeStage[] = [];
beforeAll(async () => {
  server = await startRegistry();
  proxy = await startHttpServer((request, response) => {
    if (refused?.test(request.url ?? '') === true) {
      request.resume();
      response.writeHead(403).end();
      return;
    }
    void passOn(request, response, server.host);
  });
});
afterEach(() => {
  refused = undefined;
});
afterAll(async () => {
  for (const stage of stages) stage.remove();
  await proxy.stop();
  await server.stop();
});

const MERGE_REQUEST = { GITLAB_CI: 'true', CI: 'true', CI_MERGE_REQUEST_IID: '7', HEPHY_PUBLISH: '' };
const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64]\nadditional_tags: [latest]\n';

function open(parents: Readonly<Record<string, readonly string[]>>, files: Readonly<Record<string, string>> = {}) {
  const stage = new ChangeStage(parents, `localhost:${proxy.port}`, `team/images${stages.length}`);
  stages.push(stage);
  for (const [name, [parent]] of Object.entries(parents)) {
    const from = parent === undefined ? 'FROM scratch' : `ARG ECR_REGISTRY\nFROM \${ECR_REGISTRY}:${parent}-latest`;
    stage.writeImages({
      [`${name}/build-config.yaml`]: CONFIG,
      [`${name}/Dockerfile`]: `${from}\nCOPY a /${name}\n`,
      [`${name}/a`]: `${name}\n`,
      ...files,
    });
  }
  return stage;
}

describe('images that are FROM others', () => {
  it('would be built with them, parents first, each for its own reason', async () => {
    const stage = open({ base: [], web: ['base'], api: ['web'], other: [] });
    const images = ['api', 'web', 'other'];
    const first = 'would build: nothing was published before';
    expect(await stage.explain(images)).toEqual({
      'api linux/amd64': first,
      'web linux/amd64': first,
      'other linux/amd64': first,
    });
    await stage.run();
    const { manifests } = await stage.run();
    const since = Object.fromEntries(
      manifests.map(({ image, versionTag }) => [`${image} linux/amd64`, `would reuse: since ${versionTag}`]),
    );
    expect(await stage.explain(['base', 'web', 'api', 'other'])).toEqual(since);

    stage.writeImages({ 'base/a': 'changed\n', 'web/build-config.yaml': `${CONFIG}labels: {team: a}\n` });
    expect(await stage.explain(['base', ...images])).toEqual({
      'base linux/amd64': 'would build: files changed: a (content)',
      'web linux/amd64': 'would build: label team added; base base would be built anew',
      'api linux/amd64': 'would build: base web would be built anew',
      'other linux/amd64': since['other linux/amd64'],
    });
    const { answers } = await stage.run();
    expect(answers).toEqual({
      'base linux/amd64': 'would build: files changed: a (content)',
      'web linux/amd64': 'would build: label team added; base base was built anew',
      'api linux/amd64': 'would build: base web was built anew',
      'other linux/amd64': since['other linux/amd64'],
    });
    // Built by itself: those FROM it find it so.
    stage.writeImages({ 'base/a': 'once more\n' });
    await stage.run(['base']);
    expect(await stage.explain(['web'])).toEqual({ 'web linux/amd64': 'would build: base base was built anew' });
  });

  it('ends where they are FROM one another', async () => {
    const answers = await open({ a: ['b'], b: ['a'] }).explain(['a', 'b']);
    expect(Object.values(answers).sort()).toEqual([
      expect.stringMatching(/^PARENT_NOT_BUILT: [ab] and [ab] are FROM one another$/),
      expect.stringMatching(/^PARENT_NOT_BUILT: what becomes of its base [ab] is not known$/),
    ]);
  });

  it('asks for a tag an image and one a platform, and writes nothing', async () => {
    const stage = open({ base: [], web: ['base'] });
    await stage.run();
    const before = proxy.requests.length;
    await stage.explain(['base', 'web']);
    const asked = proxy.requests.slice(before).map((request) => request.replace(/[0-9a-f]{64}/, '…'));
    // Beside tags the parent as a base.
    expect(asked.filter((request) => !request.includes('/sha256:')).sort()).toEqual(
      ['in-…', 'in-…', 'last-base', 'last-web'].map((tag) => `GET /v2/${stage.path}/manifests/${tag}`),
    );
    expect(asked.every((request) => request.startsWith('GET '))).toBe(true);
  });
});

describe('what cannot be known', () => {
  it('a version without a description', async () => {
    const stage = open({ web: [] });
    await stage.run();
    await pushIndex(stage.host, stage.path, 'last-web', []);
    stage.writeImages({ 'web/a': 'changed\n' });
    const text = 'would build: what changed is not known: the version published last does not say what it was made of';
    expect(await stage.explain(['web'])).toEqual({ 'web linux/amd64': text });
    expect((await stage.run()).answers).toEqual({ 'web linux/amd64': text });
  });

  it('a registry that does not say what its scope had last: no build fails for it', async () => {
    const stage = open({ web: [] });
    await stage.run();
    stage.writeImages({ 'web/a': 'changed\n' });
    refused = /manifests\/mr7-last-web/;
    const { builds } = await stage.run(['web'], MERGE_REQUEST);
    expect(builds).toMatchObject([{ outcome: 'built' }]);
    expect(builds[0]?.reason).toMatch(/^what changed is not known: GET .*mr7-last-web: HTTP 403$/);
  });

  it('is said of the image, and of those FROM it; others are explained', async () => {
    const stage = open({ base: [], web: ['base'], other: [], up: [], gone: [] });
    await stage.run(['base', 'web', 'other', 'gone']);
    stage.writeImages({
      'base/Dockerfile': `FROM localhost:${proxy.port}/lib/none:1\n`,
      'up/build-config.yaml': `${CONFIG}upstream_repo: http://127.0.0.1:1/x.git\nupstream_ref: main\n`,
    });
    const answers = await stage.explain(['base', 'web', 'other', 'up']);
    expect(answers.base).toMatch(/^BASE_NOT_FOUND: /);
    expect(answers['web linux/amd64']).toBe('PARENT_NOT_BUILT: what becomes of its base base is not known');
    expect(answers['other linux/amd64']).toMatch(/^would reuse: since other-/);
    expect(answers.up).toMatch(/^UPSTREAM_UNREACHABLE: /);
    refused = /manifests\/in-/;
    expect((await stage.explain(['gone']))['gone linux/amd64']).toMatch(/^REGISTRY_DENIED: /);
  });
});

test('an upstream that moved by a commit, and one whose commit changed nothing', async () => {
  const upstream = git.newRepository({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: 'a\n', '.dockerignore': 'doc\n' });
  const stage = open(
    { web: [] },
    { 'web/build-config.yaml': `${CONFIG}upstream_repo: ${upstream.url}\nupstream_ref: main\n` },
  );
  await stage.run();
  const files = { Dockerfile: 'FROM scratch\nCOPY a /\n', '.dockerignore': 'doc\n' };
  upstream.commit({ ...files, a: 'a\n', doc: 'x' });
  expect((await stage.explain(['web']))['web linux/amd64']).toMatch(/^would reuse: since web-/);
  const from = upstream.git('rev-parse', 'main~1').slice(0, 7);
  const to = upstream.commit({ ...files, a: 'b\n' }).slice(0, 7);
  const text = `would build: upstream ${upstream.url} moved ${from} → ${to}`;
  expect(await stage.explain(['web'])).toEqual({ 'web linux/amd64': text });
  expect((await stage.run()).answers).toEqual({ 'web linux/amd64': text });
});

test('another builder', async () => {
  const stage = open({ web: [] });
  await stage.run();
  stage.writeImages({ 'web/build-config.yaml': CONFIG.replace('buildah', 'kaniko') });
  expect(await stage.explain(['web'])).toEqual({ 'web linux/amd64': 'would build: builder buildah → kaniko' });
});

test('a merge request compares with its own last, and first with what trusted runs made', async () => {
  const stage = open({ web: [] });
  await stage.run();
  stage.writeImages({ 'web/a': 'b\n' });
  const first = await stage.run(['web'], MERGE_REQUEST);
  expect(first.answers).toEqual({ 'web linux/amd64': 'would build: files changed: a (content)' });
  stage.writeImages({ 'web/build-config.yaml': `${CONFIG}epoch: 2\n` });
  expect(await stage.explain(['web'], MERGE_REQUEST)).toEqual({ 'web linux/amd64': 'would build: epoch 0 → 2' });
});

test('a build that fails says what changed', async () => {
  const stage = open({ web: [] });
  await stage.run();
  stage.writeImages({ 'web/Dockerfile': 'FROM scratch\nCOPY none /\n' });
  const { builds } = await stage.run();
  expect(builds).toMatchObject([{ outcome: 'failed', changes: [{ kind: 'dockerfile', how: 'changed' }] }]);
});

test('a description that somebody else wrote: no build fails for it', async () => {
  const stage = open({ web: [] });
  await stage.pushBase('3.22', 'one', 'one');
  stage.writeImages({ 'web/Dockerfile': `FROM ${stage.host}/lib/alpine:3.22\nCOPY a /web\n` });
  await stage.run();
  const last = `http://${stage.host}/v2/${stage.path}/manifests/last-web`;
  const index = (await (await fetch(last, { headers: { accept: MediaType.ociIndex } })).json()) as ImageIndex;
  const description = parseDescription(index.annotations?.[INPUTS_ANNOTATION]);
  const platforms = { ...description?.platforms, constructor: description?.platforms['linux/amd64'] };
  const annotations = {
    ...index.annotations,
    [INPUTS_ANNOTATION]: formatDescription({ platforms: platforms as unknown as Description['platforms'] }),
  };
  await pushIndex(stage.host, stage.path, 'last-web', index.manifests, { annotations });
  await stage.pushBase('3.22', 'two', 'two');
  const text = /^would build: base .*\/lib\/alpine:3.22 moved sha256:\w+… → sha256:\w+…$/;
  expect((await stage.explain(['web']))['web linux/amd64']).toMatch(text);
  expect((await stage.run()).answers['web linux/amd64']).toMatch(text);
});

test('what the registry lost', async () => {
  const stage = open({ web: [] });
  const { builds } = await stage.run();
  await pushIndex(stage.host, stage.path, `in-${builds[0]?.inputKey ?? ''}`, []);
  expect((await stage.explain(['web']))['web linux/amd64']).toMatch(/^IMAGE_UNREADABLE: /);
});
