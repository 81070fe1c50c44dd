import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINGERPRINT_SHELL } from '../src/ci/context-fingerprint';
import type { HandedPlan } from '../src/ci/handed-plan';
import { MediaType } from '../src/oci/manifest';
import { renewedTag } from '../src/plan/tags';
import { handContext, handContexts } from '../src/run/handed/hand-context';
import { writeHandedPlan } from '../src/run/handed/plan-text';
import { prepareImage } from '../src/run/prepare-image';
import { gitIn } from '../testing/git-repository';
import { serveGit } from '../testing/git-server';
import { ImageWorkspace, type ImageRunOptions } from '../testing/image-workspace';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

const STARTED = '2026-11-20T10:00:00.000Z';
const ID = 'ba9876543210';
const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64]\nadditional_tags: [latest]\n';
const FILES = {
  'images/base/build-config.yaml': CONFIG,
  'images/base/Dockerfile': 'FROM scratch\nCOPY a /\n',
  'images/base/a': 'a\n',
};

const { base: directory, newRepository } = serveGit();
let server: TestRegistry;
let count = 0;
const workspaces: ImageWorkspace[] = [];

beforeAll(async () => {
  server = await startRegistry();
});
afterAll(async () => {
  for (const workspace of workspaces) workspace.remove();
  await server.stop();
});

function open(
  files: Readonly<Record<string, string>> = FILES,
  parents: Readonly<Record<string, string[]>> = { base: [] },
) {
  const workspace = new ImageWorkspace(parents, files);
  workspaces.push(workspace);
  const options: ImageRunOptions = { repository: `${server.host}/team/handed${++count}`, started: STARTED };
  /** As a planner's run leaves it. */
  const plan = async (change: Partial<HandedPlan['run']> = {}): Promise<HandedPlan> => {
    const context = await workspace.open(options);
    const image = context.catalog.image('images/base');
    const commit = gitIn(workspace.root, ['rev-parse', 'HEAD']);
    return {
      version: 1,
      run: { id: ID, started: STARTED, commit, publish: false, push: true, ...change },
      prepared: [await prepareImage(context, context.catalog.images(image.root))],
    };
  };
  return { workspace, options, plan };
}

test('a run with HEPHY_PLAN is the planned one, with the rights of both', async () => {
  const { workspace, options, plan } = open();
  const file = join(directory, 'plan');
  writeFileSync(file, writeHandedPlan(await plan({ scope: 'mr7' })));
  const env = { HEPHY_PLAN: file, HEPHY_PUBLISH: 'true' };
  const { builds, manifests } = await workspace.run({ ...options, started: '2026-11-22T08:00:00.000Z', env });
  expect(builds.base).toMatchObject({ outcome: 'built', run: ID });
  expect(manifests.base?.versionTag).toMatch(/^mr7-base-20261120-[0-9a-f]{7}$/);
  const tags = (await (await fetch(`http://${server.host}/v2/team/handed${count}/tags/list`)).json()) as {
    readonly tags: readonly string[];
  };
  expect(tags.tags.filter((tag) => !tag.startsWith('mr7-'))).toEqual([]);
  workspace.write({ 'images/base/a': 'b\n' });
  await expect(workspace.run({ ...options, env })).rejects.toMatchObject({ code: 'PLAN_FOREIGN' });
});

test('what was found out is not found out again, and has to be what is built', async () => {
  const { workspace, options, plan } = open();
  const handed = await plan();
  writeFileSync(join(workspace.root, 'images/base/a'), 'changed\n');
  const { builds } = await workspace.run({ ...options, handed });
  expect(builds.base?.error?.code).toBe('CONTEXT_CHANGED');
});

test('what had failed then fails with its own words', async () => {
  const { workspace, options, plan } = open({ ...FILES, 'images/base/Dockerfile': 'FROM localhost:1/none\n' });
  const handed = await plan();
  const { error } = handed.prepared[0] ?? {};
  expect(error?.code).toBe('REGISTRY_UNREACHABLE');
  const context = await workspace.open({ ...options, handed });
  const result = await prepareImage(context, context.catalog.images('images/base'));
  expect(result).toMatchObject({ outcome: 'failed', error, run: ID });
});

test('what the planner refused fails with its words, and nothing is built', async () => {
  const { workspace, options, plan } = open();
  const error = { code: 'CONTEXT_NOT_IN_GIT', message: 'the planner said so', output: [] };
  const handed = { ...(await plan()), failed: [{ project: 'base', image: 'base', error }] };
  const { builds, manifests } = await workspace.run({ ...options, handed });
  expect(builds.base).toMatchObject({ outcome: 'failed', platform: 'linux/amd64', error, run: ID });
  expect(manifests).toEqual({});
  expect((await fetch(`http://${server.host}/v2/team/handed${count}/tags/list`)).status).toBe(404);
});

test('what one job of the pipeline has built anew no other builds again', async () => {
  const { workspace, options, plan } = open();
  const { builds: first } = await workspace.run(options);
  const handed = await plan({ rebuild: ['base'] });
  for (const outcome of ['built', 'reused']) {
    const { builds } = await workspace.run({ ...options, handed });
    expect(builds.base).toMatchObject({ outcome, inputKey: first.base?.inputKey });
  }
  // Another pipeline has its own.
  const { builds } = await workspace.run({
    ...options,
    handed: { ...handed, run: { ...handed.run, id: 'ba9876543211' } },
  });
  expect(builds.base?.outcome).toBe('built');
});

test('what somebody else has put where a job’s image is looked for is not taken for one', async () => {
  const { workspace, options, plan } = open();
  const handed = await plan({ rebuild: ['base'] });
  const { builds } = await workspace.run({ ...options, handed });
  const context = await workspace.open({ ...options, handed });
  const platform = { os: 'linux', architecture: 'amd64' };
  const tag = renewedTag(context.facts, 'base', builds.base?.inputKey ?? '', platform);
  const list = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [] };
  await context.registry.putManifest(
    { ...context.facts.repository, tag },
    MediaType.ociIndex,
    Buffer.from(JSON.stringify(list)),
  );
  const { builds: next } = await workspace.run({ ...options, handed });
  expect(next.base?.error).toMatchObject({ code: 'IMAGE_UNREADABLE', message: expect.stringContaining(tag) as string });
});

test('a plan that only builds', async () => {
  const { workspace, options, plan } = open();
  const { builds, manifests } = await workspace.run({ ...options, handed: await plan({ push: false }) });
  expect(builds.base).toMatchObject({ outcome: 'built', notes: ['built and not pushed: what it is was not checked'] });
  expect(manifests.base).toMatchObject({ outcome: 'skipped', tags: [] });
  const answer = await fetch(`http://${server.host}/v2/team/handed${count}/tags/list`);
  expect(answer.status).toBe(404);
});

test('what the plan does not publish stays as it is, though others are FROM it', async () => {
  const web = {
    'images/web/build-config.yaml': CONFIG,
    'images/web/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\nCOPY b /\n',
    'images/web/b': 'b\n',
  };
  const { workspace, options, plan } = open({ ...FILES, ...web }, { base: [], web: ['base'] });
  const env = { HEPHY_PUBLISH: 'true' };
  const old = (await workspace.run({ ...options, env })).manifests;
  const before = gitIn(workspace.root, ['rev-parse', 'HEAD']);
  workspace.write({ 'images/base/a': 'mended\n' });
  const mended = (await workspace.run({ ...options, env, started: '2026-11-20T11:00:00.000Z' })).manifests;
  // Another branch that publishes.
  gitIn(workspace.root, ['checkout', '-q', '-b', 'release', before]);
  workspace.write({ 'images/web/b': 'released\n' });
  const started = '2026-11-20T12:00:00.000Z';
  const handed = await plan({ publish: true, publishes: ['web'], started });
  const { builds, manifests } = await workspace.run({ ...options, env, started, handed });
  expect(builds).toMatchObject({ base: { outcome: 'reused' }, web: { outcome: 'built' } });
  expect(manifests.base).toMatchObject({
    outcome: 'reused',
    digest: old.base?.digest,
    versionTag: old.base?.versionTag,
  });
  expect(manifests.base).toMatchObject({ reason: expect.stringContaining('not published') as string, tags: [] });
  expect(manifests.web?.outcome).toBe('built');
  const digestOf = async (tag: string) => {
    const url = `http://${options.repository.replace('/', '/v2/')}/manifests/${tag}`;
    return (await fetch(url, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } })).headers.get(
      'docker-content-digest',
    );
  };
  expect(await digestOf('base-latest')).toBe(mended.base?.digest);
  expect(await digestOf('last-base')).toBe(mended.base?.digest);
  expect(await digestOf('web-latest')).toBe(manifests.web?.digest);
});

test('an upstream’s context is handed on as it was at the planned commit', async () => {
  const upstream = newRepository({
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    run: { executable: '#!' },
    l: { link: '../x' },
  });
  const config = `${CONFIG}upstream_repo: ${upstream.url}\nupstream_ref: main\n`;
  const { workspace, options, plan } = open({ 'images/base/build-config.yaml': config });
  const handed = await plan();
  upstream.commit({ Dockerfile: 'FROM scratch\n' });
  const to = join(directory, 'contexts');
  const write = async (name: string) => {
    // Another machine has fetched nothing yet.
    rmSync(join(workspace.root, 'cache'), { recursive: true });
    const context = await workspace.open({ ...options, handed });
    const image = context.catalog.image('images/base');
    expect(await handContext(context, handed, { project: 'base', image }, join(to, name))).toBe(2);
    return readFileSync(join(to, name, 'base.tar'));
  };
  expect((await write('one')).equals(await write('other'))).toBe(true);
  const unpacked = join(directory, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('busybox', ['tar', '-xf', join(to, 'one/base.tar'), '-C', unpacked]);
  const fingerprint = execFileSync('sh', [
    '-c',
    `${FINGERPRINT_SHELL}\nhephy_fingerprint "$1"`,
    'sh',
    unpacked,
  ]).toString();
  expect(fingerprint).toBe(readFileSync(join(to, 'one/base.fingerprint'), 'utf8'));
  expect(readFileSync(join(to, 'one/base.run'), 'utf8')).toBe(`${handed.run.id}\n`);
  const { builds } = await workspace.run({ ...options, handed });
  expect(builds.base?.outcome).toBe('built');

  workspace.write({ 'images/base/.dockerignore': 'run\n' });
  const run = { ...handed.run, commit: gitIn(workspace.root, ['rev-parse', 'HEAD']) };
  const context = await workspace.open({ ...options, handed: { ...handed, run } });
  const image = context.catalog.image('images/base');
  await expect(handContext(context, handed, { project: 'base', image }, to)).rejects.toMatchObject({
    code: 'CONTEXT_CHANGED',
  });
});

test('what is wrong with the context of one project keeps no other’s from its jobs', async () => {
  const web = { 'images/web/build-config.yaml': CONFIG, 'images/web/Dockerfile': 'FROM scratch\nCOPY . /\n' };
  const { workspace, options, plan } = open({ ...FILES, ...web }, { base: [], web: [] });
  const { run, prepared } = await plan();
  const context = await workspace.open(options);
  const handed = {
    ...({ version: 1, run } as const),
    prepared: [...prepared, await prepareImage(context, context.catalog.images('images/web'))],
  };
  writeFileSync(join(workspace.root, 'images/base/a'), 'changed\n');
  const later = await workspace.open({ ...options, handed });
  const wanted = ['base', 'web'].map((project) => ({ project, image: later.catalog.image(`images/${project}`) }));
  const ends: unknown[] = [];
  for await (const end of handContexts(later, handed, wanted, join(directory, 'both'))) ends.push(end);
  expect(ends).toMatchObject([
    { project: 'base', error: { code: 'CONTEXT_CHANGED' } },
    { project: 'web', files: 1 },
  ]);
  expect(readFileSync(join(directory, 'both/web.run'), 'utf8')).toBe(`${ID}\n`);
});
