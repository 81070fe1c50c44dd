import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelinePlan } from '../src/ci/pipeline-plan';
import type { StepResult } from '../src/run/result-store';
import { elfFile } from '../testing/elf-files';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy';
import { ImageWorkspace } from '../testing/image-workspace';
import { PipelineStage, type Published } from '../testing/pipeline-stage';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

jest.setTimeout(120_000);

const CREATED = '2026-11-20T10:00:00Z';
const PROTECTED = {
  ...{ GITLAB_CI: 'true', CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_PIPELINE_CREATED_AT: CREATED },
  ...{ CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_REF_PROTECTED: 'true' },
};
const MERGE_REQUEST = { ...PROTECTED, CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '12' };
const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';
const FILES = {
  'images/base/build-config.yaml': CONFIG,
  'images/base/Dockerfile': 'FROM scratch\nCOPY a /\n',
  'images/base/a': 'a\n',
  'images/web/build-config.yaml': CONFIG,
  'images/web/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\nCOPY b /\n',
  'images/web/b': 'b\n',
  'images/other/build-config.yaml': CONFIG,
  'images/other/Dockerfile': 'FROM scratch\nCOPY c /\n',
  'images/other/c': 'c\n',
};
const PARENTS = { base: [], web: ['base'], other: [] };

let server: TestRegistry;
let proxy: FaultProxy;
let count = 0;
const opened: { remove(): void }[] = [];

beforeAll(async () => {
  server = await startRegistry();
  proxy = await startFaultProxy(server.host);
});
afterAll(async () => {
  for (const one of opened) one.remove();
  await proxy.stop();
  await server.stop();
});

/** A workspace and its pipeline; the registry is spoken to through the proxy. */
function open(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const path = `team/images${++count}`;
  const workspace = new ImageWorkspace(PARENTS, { ...FILES, ...files });
  const pipeline = (change: Readonly<Record<string, string>> = {}): PipelineStage => {
    const stage = new PipelineStage(workspace, {
      ...{ repository: `${proxy.host}/${path}`, started: CREATED },
      env: { ...env, ...change },
    });
    opened.push(stage);
    return stage;
  };
  opened.push(workspace);
  return { workspace, pipeline, stage: pipeline(), tags: () => tagsIn(path) };
}

/** All tags but the attempts of builders. */
async function tagsIn(path: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${server.host}/v2/${path}/tags/list`);
  const { tags } = (await answer.json()) as { readonly tags?: readonly string[] | null };
  return (tags ?? []).filter((tag) => !/^(?:mr\d+-)?push-/.test(tag)).sort();
}

function isResult(one: Published['said'][number]): one is StepResult {
  return typeof one !== 'string';
}

/** The last of each step, as `web linux/amd64 built`. */
function ends({ results }: Published): readonly string[] {
  return results.flatMap(({ image, builds, manifest }) => [
    ...builds.map(({ platform, outcome, error }) => [image, platform, outcome, error?.code ?? ''].join(' ').trim()),
    ...(manifest === undefined ? [] : [`${image} ${manifest.outcome}`]),
  ]);
}

function buildOf({ results }: Published, image: string, platform = 'linux/amd64') {
  const build = results.find((one) => one.image === image)?.builds.find((one) => one.platform === platform);
  if (build === undefined) throw new Error(`no build of ${image}`);
  return build;
}

const BUILT = ['linux/amd64 built', 'linux/arm64 built', 'built'];
const allBuilt = (image: string) => BUILT.map((end) => `${image} ${end}`);
const publicTags =
  (image: string, version = `${image}-20261120`) =>
  (tags: readonly string[]) =>
    tags.filter((tag) => tag.startsWith(version) || tag === `${image}-latest` || tag === `last-${image}`);
const PUBLIC = 5;

describe('two groups, FROM across them', () => {
  it('publishes each after every check of its own, and the second from what the first certified', async () => {
    const { stage, tags } = open(PROTECTED);
    const plan = await stage.plan();
    expect(plan.images.map(({ image }) => image).sort()).toEqual(['base', 'other', 'web']);
    await stage.build(plan);
    expect(await tags()).toEqual([]);
    const from = proxy.lines.length;
    let checked = 0;
    const first = await stage.publish(plan, ['other', 'base'], {}, (phase) => {
      if (phase === 'certify') checked = proxy.lines.length;
    });
    expect(ends(first)).toEqual([...allBuilt('other'), ...allBuilt('base')]);
    expect(first.failed).toBe(false);
    // Nothing is written while it is checked, and nothing of an image is read after that.
    expect(proxy.lines.slice(from, checked).filter((line) => !/^(?:GET|HEAD) /.test(line))).toEqual([]);
    const digests = first.results.flatMap(({ builds }) => builds.map(({ digest }) => digest ?? ''));
    expect(digests).toHaveLength(4);
    for (const digest of digests) {
      expect(proxy.lines.slice(from, checked).some((line) => line.endsWith(digest))).toBe(true);
    }
    expect(
      proxy.lines.slice(from, checked).filter((line) => line.startsWith('GET') && line.includes('/blobs/')),
    ).not.toEqual([]);
    const after = proxy.lines.slice(checked);
    expect(after.filter((line) => line.startsWith('GET') && line.includes('/blobs/'))).toEqual([]);
    expect(after.findIndex((line) => /^PUT .*\/manifests\/(?!sha256:)/.test(line))).toBeGreaterThanOrEqual(0);

    const second = await stage.publish(plan, ['web']);
    expect(ends(second)).toEqual(allBuilt('web'));
    const built = buildOf(second, 'web');
    expect(built).toMatchObject({ parents: ['base'], builder: { name: 'buildah' } });
    expect(built.phases?.[0]).toMatchObject({ what: 'build', at: 0 });
    for (const image of ['base', 'other', 'web']) expect(publicTags(image)(await tags())).toHaveLength(PUBLIC);
    expect((await tags()).filter((tag) => tag.startsWith('in-'))).toHaveLength(9);

    // A job that is run again finds all of it.
    const before = await tags();
    const again = await stage.publish(plan, ['web']);
    expect(ends(again)).toEqual(['web linux/amd64 reused', 'web linux/arm64 reused', 'web reused']);
    expect(await tags()).toEqual(before);
    expect((await stage.plan()).images).toEqual([]);
  });

  it('skips what is FROM an image that its own job has not published, in words', async () => {
    const { stage, tags } = open(PROTECTED);
    const plan = await stage.plan();
    await stage.build(plan);
    const end = await stage.publish(plan, ['web']);
    expect(ends(end)).toEqual(['web linux/amd64 skipped', 'web linux/arm64 skipped', 'web skipped']);
    expect(buildOf(end, 'web').reason).toBe(
      'base linux/amd64 is not in the registry: its own jobs have not published it',
    );
    expect(end.failed).toBe(true);
    expect(await tags()).toEqual([]);
  });
});

describe('what is refused', () => {
  it('an image of the wrong architecture, before any tag of any image', async () => {
    const { stage, tags, workspace } = open(PROTECTED, {
      'images/other/Dockerfile': 'FROM scratch\nCOPY c prog /\nENTRYPOINT ["/prog"]\n',
      'images/other/prog': elfFile('amd64').toString('latin1'),
    });
    chmodSync(join(workspace.root, 'images/other/prog'), 0o755);
    workspace.write({});
    const plan = await stage.plan();
    await stage.build(plan);
    const from = proxy.lines.length;
    let atRefusal: readonly string[] = ['not asked'];
    const end = await stage.publish(plan, ['other', 'base', 'web'], {}, (phase) => {
      if (phase === 'certify') atRefusal = proxy.lines.slice(from);
    });
    const certify = end.said.indexOf('certify');
    const refusal = end.said.findIndex((one) => isResult(one) && one.error?.code === 'IMAGE_PLATFORM_WRONG');
    expect(refusal).toBeGreaterThanOrEqual(0);
    expect(refusal).toBeLessThan(certify);
    expect(atRefusal.filter((line) => line.startsWith('PUT'))).toEqual([]);
    expect(ends(end)).toEqual([
      ...['other linux/amd64 built', 'other linux/arm64 failed IMAGE_PLATFORM_WRONG', 'other skipped'],
      ...[...allBuilt('base'), ...allBuilt('web')],
    ]);
    expect(end.failed).toBe(true);
    expect((await tags()).filter((tag) => tag.startsWith('other') || tag === 'last-other')).toEqual([]);
    expect(publicTags('web')(await tags())).toHaveLength(PUBLIC);
  });

  it('a failing build with those FROM it; others are published, and a retry builds what is missing', async () => {
    const failing = 'FROM scratch\nCOPY a /\nCOPY missing /\n';
    const { stage, tags, workspace, pipeline } = open(PROTECTED, { 'images/base/Dockerfile': failing });
    const plan = await stage.plan();
    await stage.build(plan);
    const end = await stage.publish(plan, ['base', 'web', 'other']);
    expect(ends(end)).toEqual([
      ...['base linux/amd64 failed BUILD_FAILED', 'base linux/arm64 failed BUILD_FAILED', 'base skipped'],
      ...['web linux/amd64 skipped', 'web linux/arm64 skipped', 'web skipped'],
      ...allBuilt('other'),
    ]);
    expect(end.failed).toBe(true);
    const { error } = buildOf(end, 'base');
    expect(error).toMatchObject({ where: 'images/base/Dockerfile:3', log: 'dist/images/base/build-amd64.log' });
    expect(error?.output.join('\n')).toContain('missing');
    expect(readFileSync(join(workspace.root, 'dist/images/base/build-amd64.log'), 'utf8')).toContain('missing');
    expect(buildOf(end, 'web').reason).toBe('base linux/amd64 failed');
    expect((await tags()).filter((tag) => /^(?:last-)?(?:base|web)/.test(tag))).toEqual([]);
    expect(publicTags('other')(await tags())).toHaveLength(PUBLIC);

    workspace.write({ 'images/base/Dockerfile': FILES['images/base/Dockerfile'] });
    const next = pipeline({ CI_PIPELINE_CREATED_AT: '2026-11-20T11:00:00Z' });
    const rest = await next.plan();
    expect(rest.images.map(({ image }) => image)).toEqual(['base', 'web']);
    await next.build(rest);
    expect(ends(await next.publish(rest, ['base', 'web']))).toEqual([...allBuilt('base'), ...allBuilt('web')]);
  });

  it('another Dockerfile than the planned one, with the line', async () => {
    const { stage, tags } = open(PROTECTED);
    const plan = await stage.plan();
    await stage.build(plan);
    const file = stage.fileOf('web', 'amd64', 'dockerfile');
    const wrong = `sha256:${'0'.repeat(64)}`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/sha256:[0-9a-f]{64}/, wrong));
    const end = await stage.publish(plan, ['base', 'web']);
    expect(buildOf(end, 'web').error).toMatchObject({
      code: 'JOB_DOCKERFILE_WRONG',
      where: 'images/web/Dockerfile:2',
      message: expect.stringContaining(`line 2 was "FROM ${proxy.host}/team/images${count}@${wrong}"`) as string,
    });
    expect(ends(end).slice(0, 3)).toEqual(allBuilt('base'));
    expect((await tags()).filter((tag) => tag.startsWith('web') || tag === 'last-web')).toEqual([]);
    // What passed is certified, and no job needs to build it again.
    const next = (await stage.plan()).images.find(({ image }) => image === 'web');
    expect(next?.builds.map(({ platform }) => platform.architecture)).toEqual(['amd64']);
  });
});

describe('a variable that is another one when it is published', () => {
  it('is refused: what was built may not be called by it', async () => {
    const { pipeline, tags } = open(
      { ...PROTECTED, GREETING: 'hello' },
      {
        'images/other/build-config.yaml': `${CONFIG.replace(', linux/arm64', '')}env: [GREETING]\nbuild_args: ["GREETING=\${GREETING}"]\n`,
        'images/other/Dockerfile': 'FROM scratch\nARG GREETING\nENV G=$GREETING\nCOPY c /\n',
      },
    );
    const stage = pipeline();
    const plan = await stage.plan();
    await stage.build(plan, ['other']);
    const end = await stage.publish(plan, ['other'], { env: { ...PROTECTED, GREETING: 'bye' } });
    expect(ends(end)).toEqual(['other linux/amd64 failed JOB_ARGS_WRONG', 'other skipped']);
    expect(await tags()).toEqual([]);
    expect(ends(await stage.publish(plan, ['other']))).toEqual(['other linux/amd64 built', 'other built']);
  });
});

describe('jobs that left no image', () => {
  it('are four different answers', async () => {
    const timed = { 'images/other/build-config.yaml': `${CONFIG}timeout: 5m\n` };
    const { stage } = open(PROTECTED, timed);
    const plan = await stage.plan();
    await stage.build(plan);
    rmSync(stage.fileOf('base', 'amd64', 'status'));
    rmSync(join(stage.built, 'base', 'arm64'), { recursive: true });
    writeFileSync(stage.fileOf('other', 'amd64', 'timedOut'), '');
    writeFileSync(stage.fileOf('other', 'amd64', 'status'), '143\n');
    rmSync(stage.fileOf('other', 'arm64', 'status'));
    writeFileSync(stage.fileOf('other', 'arm64', 'problem'), 'the context\x1b[2J is not the planned one\n');
    const end = await stage.publish(plan, ['base', 'other']);
    expect(ends(end)).toEqual([
      ...['base linux/amd64 failed JOB_LOST', 'base linux/arm64 failed JOB_MISSING', 'base skipped'],
      ...['other linux/amd64 timed out BUILD_TIMED_OUT', 'other linux/arm64 failed JOB_LOST', 'other skipped'],
    ]);
    expect(buildOf(end, 'other').error?.message).toBe('the build took longer than 300 s');
    expect(buildOf(end, 'other', 'linux/arm64').error?.message).toMatch(
      /failed: the context.* is not the planned one$/,
    );
    expect(buildOf(end, 'other', 'linux/arm64').error?.message).not.toContain('\x1b');
  });

  it('nobody has started, which is no failure', async () => {
    const { stage, tags } = open(PROTECTED, { 'images/base/build-config.yaml': `${CONFIG}manual_build: true\n` });
    const plan = await named(stage, ['base', 'web', 'other']);
    await stage.build(plan, ['other']);
    const end = await stage.publish(plan, ['base', 'web', 'other']);
    expect(ends(end)).toEqual([
      ...['base linux/amd64 skipped', 'base linux/arm64 skipped', 'base skipped'],
      ...['web linux/amd64 skipped', 'web linux/arm64 skipped', 'web skipped'],
      ...allBuilt('other'),
    ]);
    expect(buildOf(end, 'base').reason).toContain('manual_build');
    expect(end.failed).toBe(false);
    expect((await tags()).some((tag) => tag.startsWith('base'))).toBe(false);
  });
});

/** The plan has all of them, whoever asked. */
async function named(stage: PipelineStage, images: readonly string[]): Promise<PipelinePlan> {
  const plan = await stage.plan();
  expect(plan.images.map(({ image }) => image).sort()).toEqual([...images].sort());
  return plan;
}

describe('a merge request', () => {
  it('writes under its own prefix only', async () => {
    const { stage, tags } = open(MERGE_REQUEST);
    const plan = await stage.plan();
    await stage.build(plan);
    // The job's own environment says that it may publish: the plan goes before it.
    const end = await stage.publish(plan, ['base', 'web', 'other'], { env: PROTECTED });
    expect(end.failed).toBe(false);
    const written = await tags();
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter((tag) => !tag.startsWith('mr12-'))).toEqual([]);
  });

  it('that only builds writes nothing, and says so', async () => {
    const { stage, tags } = open(MERGE_REQUEST);
    const plan = await stage.plan('build');
    await stage.build(plan);
    const from = proxy.lines.length;
    const end = await stage.publish(plan, ['base', 'other']);
    expect(ends(end)).toEqual(
      ['base', 'other'].flatMap((image) => [
        `${image} linux/amd64 built`,
        `${image} linux/arm64 built`,
        `${image} skipped`,
      ]),
    );
    expect(end.failed).toBe(false);
    expect(buildOf(end, 'base')).toMatchObject({ notes: ['built and not pushed: what it is was not checked'] });
    expect(buildOf(end, 'base').digest).toBeUndefined();
    expect(end.results[0]?.manifest?.reason).toContain('nothing is pushed');
    expect(proxy.lines.slice(from).filter((line) => !/^(?:GET|HEAD) /.test(line))).toEqual([]);
    expect(await tags()).toEqual([]);
    const refused = await stage.publish(plan, ['base', 'web']);
    expect(buildOf(refused, 'web').error?.code).toBe('PIPELINE_NOT_PUSHED');
    expect(refused.failed).toBe(true);
  });
});
