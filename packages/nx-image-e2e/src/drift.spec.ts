import { join } from 'node:path';
import { pushImage, pushIndex } from '../../nx-image/testing/fixture-images';
import { startGitServer, type GitServer } from '../../nx-image/testing/git-server';
import { makeRepository, type MadeRepository } from '../../nx-image/testing/git-repository';
import { startHttpServer, type TestHttpServer } from '../../nx-image/testing/http-server';
import { passOn } from '../../nx-image/testing/meet-fault';
import { startRegistry, type TestRegistry } from '../../nx-image/testing/registry-server';
import { RegistryView } from './testing/registry-view';
import { succeed } from './testing/run';
import { start } from './testing/start';
import { toolEnv } from './testing/tools';
import { processesOf, untilGone, within } from './testing/traces';
import { imageConfig, Workspace } from './testing/workspace';

interface Drift {
  readonly image: string;
  readonly changes: readonly object[];
  readonly parents: readonly string[];
  readonly tag?: object;
  readonly unknown: readonly object[];
}

describe('hephy drift', () => {
  let server: TestRegistry;
  let git: GitServer;
  let proxy: TestHttpServer;
  let registry: RegistryView;
  let workspace: Workspace;
  let branch: MadeRepository;
  let tagged: MadeRepository;
  /** Hears of an upload, which then never ends. */
  let hold: (() => void) | undefined;

  const pushBase = async (files: { readonly amd64: string; readonly arm64: string }) => {
    const children = [];
    for (const architecture of ['amd64', 'arm64'] as const) {
      const content = { 'base.txt': { content: files[architecture] } };
      const image = { platform: `linux/${architecture}`, files: content };
      children.push((await pushImage(server.host, 'base/os', undefined, image)).descriptor);
    }
    return pushIndex(server.host, 'base/os', '1', children);
  };
  const upstream = (name: string, ref: string, lines: readonly string[] = []) =>
    imageConfig([`upstream_repo: ${git.url}/${name}.git`, `upstream_ref: ${ref}`, ...lines]);
  const source = (content: string) => ({ Dockerfile: 'FROM scratch\nCOPY a.txt /\n', 'a.txt': content });
  const fromOwn = (tag: string) => `ARG ECR_REGISTRY\nFROM \${ECR_REGISTRY}:${tag}\nCOPY a.txt /b.txt\n`;

  /** What moved by image, of those of which something is to be said; the exit code; and what was asked for it. */
  const look = async () => {
    const before = proxy.requests.length;
    git.forget();
    const { code, output } = await workspace.hephy(['drift', '--json']);
    const { images } = JSON.parse(output) as { readonly images: readonly Drift[] };
    const said = images.filter((one) => one.changes.length + one.parents.length > 0 || one.tag !== undefined);
    expect(images.flatMap(({ unknown }) => unknown)).toEqual([]);
    return {
      code,
      moved: Object.fromEntries(
        said.map(({ image, changes, parents, tag }) => [image, tag ?? [...changes, ...parents]]),
      ),
      asked: proxy.requests
        .slice(before)
        .map((line) => line.replace(/ Bearer .*/, ''))
        .sort(),
      refs: git.requests.filter((line) => line.startsWith('GET ')),
    };
  };
  const lasts = ['app', 'beside', 'ontool', 'pinned', 'tool', 'web'].map(
    (image) => `GET /v2/team/images/manifests/last-${image}`,
  );
  const outcomes = (image: string) => {
    const { builds } = workspace.readJson(`dist/images/${image}/result.json`) as {
      builds: readonly { platform: string; outcome: string }[];
    };
    return Object.fromEntries(builds.map(({ platform, outcome }) => [platform, outcome]));
  };

  beforeAll(async () => {
    [server, git] = await Promise.all([startRegistry(), startGitServer()]);
    proxy = await startHttpServer((request, response) => {
      if (request.method === 'POST' && hold !== undefined) {
        hold();
        return;
      }
      void passOn(request, response, server.host);
    });
    registry = new RegistryView(`${proxy.host}/team/images`);
    branch = makeRepository(git.directory, 'branch', source('one\n'));
    tagged = makeRepository(git.directory, 'tagged', source('one\n'));
    tagged.tag('v1', 'main');
    await pushBase({ amd64: 'one\n', arm64: 'one\n' });
    workspace = await Workspace.withImages(
      {
        'images/web/build-config.yaml': imageConfig(),
        'images/web/Dockerfile': `FROM ${proxy.host}/base/os:1\nCOPY a.txt /\n`,
        'images/web/a.txt': 'one\n',
        'images/app/build-config.yaml': imageConfig(),
        'images/app/Dockerfile': fromOwn('web-latest'),
        'images/app/a.txt': 'one\n',
        'images/beside/build-config.yaml': imageConfig(),
        'images/beside/Dockerfile': 'FROM scratch\nCOPY a.txt /\n',
        'images/beside/a.txt': 'one\n',
        'images/tool/build-config.yaml': upstream('branch', 'main'),
        'images/ontool/build-config.yaml': imageConfig(),
        'images/ontool/Dockerfile': fromOwn('tool-latest'),
        'images/ontool/a.txt': 'one\n',
        'images/pinned/build-config.yaml': upstream('tagged', 'v1'),
      },
      { ECR_REGISTRY: registry.repository, HEPHY_PUBLISH: 'true' },
    );
    const never = await workspace.hephy(['drift']);
    expect(never).toMatchObject({ code: 0, output: expect.stringContaining('Never published:') as string });
    await succeed(workspace.nx(['run-many', '-t', 'manifest']));
  });
  afterAll(async () => {
    await workspace.remove();
    await proxy.stop();
    await Promise.all([server.stop(), git.stop()]);
  });

  it('finds nothing where nothing moved: a request an image, a base and an upstream', async () => {
    const { code, moved, asked, refs } = await look();
    expect({ code, moved }).toEqual({ code: 0, moved: {} });
    expect(asked).toEqual([...lasts, 'HEAD /v2/base/os/manifests/1'].sort());
    expect(refs.map((line) => line.replace(/\/info.*/, '')).sort()).toEqual(['GET /branch.git', 'GET /tagged.git']);
    const { code: built, output } = await workspace.hephy(['drift', '--run']);
    expect({ built, output }).toEqual({ built: 0, output: '6 images: nothing moved\nNothing is built.\n' });
  });

  it('names the one platform whose base moved, and builds that and what is FROM it', async () => {
    const before = await registry.snapshot();
    const [amd64, arm64] = await Promise.all(['amd64', 'arm64'].map((one) => registry.childOf('web-latest', one)));
    const index = await pushBase({ amd64: 'one\n', arm64: 'two\n' });
    const { code, moved, asked } = await look();
    const base = {
      ...{ kind: 'base', how: 'moved', name: `${proxy.host}/base/os:1`, to: index.slice(7, 23) },
      platforms: ['linux/arm64'],
    };
    expect({ code, moved }).toEqual({ code: 3, moved: { app: ['web'], web: [expect.objectContaining(base)] } });
    const bases = ['HEAD /v2/base/os/manifests/1', `GET /v2/base/os/manifests/${index}`];
    expect(asked).toEqual([...lasts, ...bases].sort());

    const { code: built, output } = await workspace.hephy(['drift', '--run']);
    expect({ built, output }).toMatchObject({
      built: 0,
      output: expect.stringMatching(/FROM web, which moved/) as string,
    });
    for (const image of ['web', 'app']) {
      expect(outcomes(image)).toEqual({ 'linux/amd64': 'reused', 'linux/arm64': 'built' });
    }
    const after = await registry.snapshot();
    expect(after['web-latest']).not.toBe(before['web-latest']);
    expect(await registry.childOf('web-latest', 'amd64')).toBe(amd64);
    expect(await registry.childOf('web-latest', 'arm64')).not.toBe(arm64);
    const others = (snapshot: Readonly<Record<string, string>>) =>
      Object.entries(snapshot).filter(([tag]) => /^(?:last-)?(?:beside|tool|ontool|pinned)-/.test(tag));
    expect(others(after)).toEqual(others(before));
    expect(await look()).toMatchObject({ code: 0, moved: {} });
  });

  it('names the image of an upstream whose branch moved, and what is FROM it', async () => {
    const before = await registry.snapshot();
    const [from, to] = [branch.git('rev-parse', 'main'), branch.commit(source('two\n'))].map((one) => one.slice(0, 7));
    const change = { kind: 'upstream', how: 'moved', name: `${git.url}/branch.git`, from, to };
    expect(await look()).toMatchObject({ code: 3, moved: { ontool: ['tool'], tool: [change] } });
    expect(await workspace.hephy(['drift', '--run'])).toMatchObject({ code: 0 });
    const after = await registry.snapshot();
    const moved = Object.keys(after).filter((tag) => tag.endsWith('-latest') && after[tag] !== before[tag]);
    expect(moved).toEqual(['ontool-latest', 'tool-latest']);
    expect(await look()).toMatchObject({ code: 0, moved: {} });
  });

  it('calls out an upstream’s tag that moved, and builds it only where the config says that it may', async () => {
    const before = await registry.snapshot();
    const from = tagged.git('rev-parse', 'main');
    const to = tagged.commit(source('two\n'));
    tagged.git('tag', '-f', '-m', 'again', '-a', 'v1', from);
    expect(await look()).toMatchObject({ code: 0, moved: {} });
    tagged.git('tag', '-f', 'v1', to);
    const tag = { repo: `${git.url}/tagged.git`, ref: 'refs/tags/v1', from, to };
    expect(await look()).toMatchObject({ code: 4, moved: { pinned: tag } });
    const { code, output } = await workspace.hephy(['drift', '--run']);
    expect({ code, output }).toEqual({
      code: 4,
      output: expect.stringMatching(
        /A TAG OF AN UPSTREAM MOVED.*\n {2}pinned {2}v1 of .*\n.*was .*\n.*is .*[^]*Nothing is built/,
      ) as string,
    });
    const run = await workspace.nx(['run', 'pinned:manifest']);
    expect(run.code).not.toBe(0);
    expect(run.output).toMatch(/UPSTREAM_TAG_MOVED images\/pinned\/build-config\.yaml:\d+:15: the tag v1 of/);
    expect(run.output).toContain(from);
    expect(run.output).toContain(to);
    expect(await registry.snapshot()).toEqual(before);

    workspace.write('images/pinned/build-config.yaml', upstream('tagged', 'v1', ['upstream_moving: true']));
    await workspace.commit('Let it move');
    expect(await workspace.hephy(['drift', '--run'])).toMatchObject({ code: 0 });
    expect((await registry.snapshot())['pinned-latest']).not.toBe(before['pinned-latest']);
    // A commit of the same files: nothing is built, and what is published says which commit it is.
    tagged.git('tag', '-f', 'v1', tagged.git('commit-tree', '-m', 'once more', `${to}^{tree}`));
    expect(await look()).toMatchObject({ code: 3, moved: { pinned: [{ kind: 'upstream' }] } });
    expect(await workspace.hephy(['drift', '--run'])).toMatchObject({ code: 0 });
    expect(outcomes('pinned')).toEqual({ 'linux/amd64': 'reused', 'linux/arm64': 'reused' });
    expect(await look()).toMatchObject({ code: 0, moved: {} });
  });

  it('ends nx and what nx has started when it is ended', async () => {
    const before = await registry.snapshot();
    await pushBase({ amd64: 'one\n', arm64: 'three\n' });
    const uploading = new Promise<void>((resolve) => {
      hold = resolve;
    });
    const file = join(workspace.root, 'node_modules/.bin/hephy');
    const env = { ...toolEnv(), ECR_REGISTRY: registry.repository, HEPHY_PUBLISH: 'true' };
    const running = start(workspace.root, process.execPath, [file, 'drift', '--run'], env);
    await within('an upload', 200, Promise.race([uploading, running.ended]));
    process.kill(running.pid, 'SIGTERM');
    expect(await within('the end', 60, running.ended)).toMatchObject({
      code: 1,
      output: expect.stringContaining('BUILD_CANCELLED nx was stopped') as string,
    });
    await untilGone(() => processesOf(workspace.root), 30);
    hold = undefined;
    expect(await registry.snapshot()).toEqual(before);
  });
});
