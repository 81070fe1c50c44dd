import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPipelineEvent } from '../src/ci/pipeline-event';
import type { PipelinePlan, PlannedImage } from '../src/ci/pipeline-plan';
import { formatPlatform } from '../src/oci/platform';
import { planPipeline, type PipelineInput } from '../src/run/pipeline/plan-pipeline';
import { startFaultProxy, type FaultProxy } from '../testing/fault-proxy';
import { ImageWorkspace } from '../testing/image-workspace';
import { PipelineStage } from '../testing/pipeline-stage';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

jest.setTimeout(120_000);

const CREATED = '2026-11-20T10:00:00Z';
const MAIN = {
  ...{ GITLAB_CI: 'true', CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_PIPELINE_CREATED_AT: CREATED },
  ...{ CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_REF_PROTECTED: 'true' },
};
const MERGE_REQUEST = { ...MAIN, CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '12' };
const SCHEDULE = { ...MAIN, CI_PIPELINE_SOURCE: 'schedule' };
const CONFIG = 'build_backend: buildah\nplatforms: [linux/amd64, linux/arm64]\nadditional_tags: [latest]\n';
const FROM_BASE = 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:base-latest\n';
const FILES = {
  'images/base/build-config.yaml': CONFIG,
  'images/base/Dockerfile': 'FROM scratch\nCOPY a /\n',
  'images/base/a': 'a\n',
  'images/web/build-config.yaml': CONFIG,
  'images/web/Dockerfile': `${FROM_BASE}COPY b /\n`,
  'images/web/b': 'b\n',
  'images/web/.dockerignore': 'docs\n',
  'images/web/docs/c': 'c\n',
  'images/other/build-config.yaml': CONFIG,
  'images/other/Dockerfile': 'FROM scratch\nCOPY d /\n',
  'images/other/d': 'd\n',
};

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

type Asked = Partial<PipelineInput> & { readonly affected?: readonly string[] | 'all' };

function open(files: Readonly<Record<string, string>> = {}) {
  const repository = `${proxy.host}/team/planned${++count}`;
  const workspace = new ImageWorkspace({ base: [], web: ['base'], other: [] }, { ...FILES, ...files });
  opened.push(workspace);
  const plan = async (env: Readonly<Record<string, string>>, asked: Asked = {}): Promise<PipelinePlan> => {
    const context = await workspace.open({ repository, started: CREATED, env });
    const { affected = 'all', ...rest } = asked;
    return planPipeline(context, {
      images: context.catalog.roots.flatMap((root) => context.catalog.images(root)),
      event: readPipelineEvent(env),
      projectOf: (root) => root.slice('images/'.length),
      contextTargetOf: () => undefined,
      parentsOf: () => [],
      resolveBase: () => Promise.resolve({ kind: 'everything', why: 'a test' }),
      findAffected: () => Promise.resolve(affected),
      ...{ mergeRequests: 'push', missing: true, closedPaths: ['/busybox'] },
      ...rest,
    });
  };
  /** A whole pipeline. */
  const publish = async (env: Readonly<Record<string, string>> = MAIN): Promise<void> => {
    const stage = new PipelineStage(workspace, { repository, started: CREATED, env });
    opened.push(stage);
    const planned = await plan(env);
    await stage.build(planned);
    await stage.publish(
      planned,
      planned.images.map(({ image }) => image),
    );
  };
  return { workspace, plan, publish };
}

/** What is to be done, in words. */
function work({ images }: PipelinePlan): Readonly<Record<string, string>> {
  const text = ({ builds, failed, manual }: PlannedImage): string => {
    if (failed !== undefined) return failed.code;
    const platforms = builds.map(({ platform, pending }) => {
      return `${formatPlatform(platform)}${pending.map((base) => ` on ${base.image}`).join('')}`;
    });
    return `${builds.length === 0 ? 'publish' : platforms.join(', ')}${manual ? ', manual' : ''}`;
  };
  return Object.fromEntries(images.map((image) => [image.image, text(image)]));
}

const BOTH = 'linux/amd64, linux/arm64';
const ON_BASE = 'linux/amd64 on base, linux/arm64 on base';

describe('what the registry does not have', () => {
  it('is built, parents first, each base of the pipeline by a stand-in', async () => {
    const { plan } = open();
    const planned = await plan(MAIN);
    expect(work(planned)).toEqual({ base: BOTH, other: BOTH, web: ON_BASE });
    expect(planned.images.map(({ image }) => image)).toEqual(['base', 'other', 'web']);
    const web = planned.images[2];
    expect(web).toMatchObject({ parents: ['base'], lineage: ['web', 'base'], project: 'web', root: 'images/web' });
    expect(web?.context).toEqual({
      kind: 'checkout',
      directory: 'images/web',
      remove: ['build-config.yaml', 'docs'],
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const standIns = web?.builds.map(({ dockerfile, pending }) => {
      expect(dockerfile).toContain(`@${pending[0]?.standIn ?? ''}\n`);
      return pending[0]?.standIn;
    });
    expect(new Set(standIns).size).toBe(2);
    expect(planned.handed.prepared.map(({ image }) => image).sort()).toEqual(['base', 'other', 'web']);
    expect(planned.handed.run).toMatchObject({ publish: true, push: true, started: '2026-11-20T10:00:00.000Z' });
    expect(planned.upToDate).toBe(0);
  });
});

describe('after a pipeline', () => {
  let stage: ReturnType<typeof open>;
  beforeAll(async () => {
    stage = open({ 'images/other/build-config.yaml': `${CONFIG}reuse: false\n` });
    await stage.publish();
  });

  it('has nothing to do for what is affected and as it was', async () => {
    const planned = await stage.plan(MAIN, { affected: ['base', 'web'] });
    expect(work(planned)).toEqual({});
    expect(planned.upToDate).toBe(3);
    expect(work(await stage.plan(MERGE_REQUEST, { affected: ['base', 'web'] }))).toEqual({});
  });

  it('asks once for each image that nobody touched, and for what others are FROM', async () => {
    const before = proxy.lines.length;
    await stage.plan(MAIN, { affected: [] });
    const tags = proxy.lines.slice(before).flatMap((line) => /manifests\/(\w+)-/.exec(line)?.[1] ?? []);
    expect(tags.sort()).toEqual(['in', 'in', 'last', 'last', 'last']);
  });

  it('builds what `reuse: false` asks for where it is affected, and only there', async () => {
    expect(work(await stage.plan(MAIN, { affected: ['other'] }))).toEqual({ other: BOTH });
    expect(work(await stage.plan(MAIN, { affected: [] }))).toEqual({});
  });

  it('builds those that IMAGES names, and anew with FORCE_ALL', async () => {
    expect(work(await stage.plan({ ...SCHEDULE, IMAGES: 'web' }))).toEqual({});
    const planned = await stage.plan({ ...SCHEDULE, IMAGES: 'web', FORCE_ALL: 'true' });
    expect(work(planned)).toEqual({ web: BOTH });
    expect(planned.handed.run.rebuild).toEqual(['web']);
    expect(work(await stage.plan({ ...SCHEDULE, FORCE_ALL: 'true' }))).toEqual({
      base: BOTH,
      other: BOTH,
      web: ON_BASE,
    });
    await expect(stage.plan({ ...SCHEDULE, IMAGES: 'webb,base' })).rejects.toMatchObject({
      errors: [expect.objectContaining({ code: 'OPTIONS_INVALID', hint: 'Did you mean web?' })],
    });
  });

  it('publishes alone where tags are missing', async () => {
    stage.workspace.write({ 'images/web/build-config.yaml': CONFIG.replace('latest', 'latest, new') });
    expect(work(await stage.plan(MAIN, { affected: ['web'] }))).toEqual({ web: 'publish' });
  });

  it('builds what changed and what is FROM it; what nobody says is affected only where it is looked for', async () => {
    stage.workspace.write({ 'images/base/a': 'changed\n' });
    const all = { base: BOTH, web: ON_BASE };
    expect(work(await stage.plan(MAIN, { affected: [] }))).toEqual(all);
    expect(work(await stage.plan(SCHEDULE, { affected: ['base', 'web'] }))).toEqual(all);
    expect(work(await stage.plan(MAIN, { affected: [], missing: false }))).toEqual({});
    expect(work(await stage.plan(MERGE_REQUEST, { affected: [] }))).toEqual({});
    expect(work(await stage.plan(MERGE_REQUEST, { affected: ['web'] }))).toEqual(all);
  });
});

describe('merge requests that do not push', () => {
  it('refuse an image FROM one that they build, in words', async () => {
    const { plan } = open();
    const planned = await plan(MERGE_REQUEST, { mergeRequests: 'build' });
    expect(work(planned)).toEqual({ base: BOTH, other: BOTH, web: 'PIPELINE_NOT_PUSHED' });
    expect(planned.handed.run).toMatchObject({ push: false, publish: false, scope: 'mr12' });
    expect(planned.images[0]?.builds.map(({ step }) => step.push)).toEqual([false, false]);
  });
});

describe('images that cannot be built', () => {
  it('fail alone, with those that are FROM them', async () => {
    const { plan } = open({ 'images/base/Dockerfile': 'FROM scratch\nADD --checksum=sha256:0 http://x /x\n' });
    const planned = await plan(MAIN);
    expect(work(planned)).toEqual({ base: 'DOCKERFILE_REFUSED', other: BOTH, web: 'PARENT_NOT_BUILT' });
    expect(planned.images.find(({ image }) => image === 'web')?.failed?.message).toBe(
      'skipped, because its base base cannot be built',
    );
  });

  it('are FROM one whose ONBUILD nobody verifies, which is yet to be built', async () => {
    const onBuild = 'FROM scratch\nONBUILD ADD --checksum=sha256:0 http://x /x\nCOPY a /\n';
    const { plan } = open({ 'images/base/Dockerfile': onBuild });
    expect(work(await plan(MAIN))).toEqual({ base: BOTH, other: BOTH, web: 'DOCKERFILE_REFUSED' });
  });

  it('are a note where a push only looked at them, and fail a schedule', async () => {
    const { plan } = open({ 'images/other/Dockerfile': 'FROM scratch\nCOPY --from=${NOTHING} d /\n' });
    const planned = await plan(MAIN, { affected: ['base'] });
    expect(work(planned)).toEqual({ base: BOTH, web: ON_BASE });
    expect(planned.notes).toEqual([expect.stringMatching(/^other was only looked at, and cannot be built: /)]);
    expect(Object.keys(work(await plan(SCHEDULE)))).toEqual(['base', 'other', 'web']);
  });

  it.each([
    ['buildah', BOTH],
    ['kaniko', 'JOB_PATH_CLOSED'],
  ])('write to a volume of the job: %s', async (builder, expected) => {
    const { plan } = open({
      'images/other/build-config.yaml': CONFIG.replace('buildah', builder),
      'images/other/Dockerfile': 'FROM scratch\nCOPY d /busybox/d\n',
    });
    expect(work(await plan(MAIN, { affected: ['other'] }))).toMatchObject({ other: expected });
  });

  it('hold files that no checkout has', async () => {
    const { plan, workspace } = open({ '.gitignore': 'dist\ncache\n*.js\n' });
    const generated = join(workspace.root, 'images/base/main.js');
    writeFileSync(generated, '1\n');
    const planned = await plan(MAIN);
    expect(work(planned)).toEqual({ base: 'CONTEXT_NOT_IN_GIT', other: BOTH, web: 'PARENT_NOT_BUILT' });
    expect(planned.images[0]?.failed?.message).toContain('not in git: main.js');
    rmSync(generated);
    expect(work(await plan(MAIN))).toEqual({ base: BOTH, other: BOTH, web: ON_BASE });
  });

  it('have a context target that fails; what one writes comes from a job', async () => {
    const { plan, workspace } = open({ '.gitignore': 'dist\ncache\nnode_modules\n*.js\n' });
    mkdirSync(join(workspace.root, 'node_modules/nx/bin'), { recursive: true });
    writeFileSync(join(workspace.root, 'package.json'), '{}');
    writeFileSync(join(workspace.root, 'node_modules/nx/package.json'), '{"name": "nx"}');
    const nx = `const { writeFileSync } = require('fs');
      const projects = process.argv.at(-1).split(',');
      for (const one of projects) if (one !== 'other') writeFileSync('images/' + one + '/main.js', one);
      process.exitCode = projects.includes('other') ? 1 : 0;`;
    writeFileSync(join(workspace.root, 'node_modules/nx/bin/nx.js'), nx);
    const contextTargetOf = (root: string) =>
      root === 'images/web' ? undefined : { project: root.slice('images/'.length), target: 'context' };
    const planned = await plan(MAIN, { contextTargetOf });
    expect(work(planned)).toEqual({ base: BOTH, other: 'CONTEXT_TARGET_FAILED', web: ON_BASE });
    expect(planned.images[0]?.context).toMatchObject({ kind: 'prepared', source: { kind: 'target', project: 'base' } });
  });
});

describe('manual_build', () => {
  it('is manual, with what is FROM it, where it is not there; nobody looks for it', async () => {
    const { plan } = open({ 'images/base/build-config.yaml': `${CONFIG}manual_build: true\n` });
    expect(work(await plan(MAIN))).toEqual({ base: `${BOTH}, manual`, other: BOTH, web: `${ON_BASE}, manual` });
    expect(work(await plan(MAIN, { affected: [] }))).toEqual({ other: BOTH });
  });
});

it('does not begin where the registry does not answer', async () => {
  const { plan } = open();
  proxy.fail('tag GET', { kind: 'status', status: 403 });
  await expect(plan(MAIN)).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
});
