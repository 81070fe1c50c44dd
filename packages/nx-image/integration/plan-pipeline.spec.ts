import { createHash } from 'node:crypto';
import { readGitlabSettings } from '../src/ci/read-gitlab-settings';
import { pinJobImages } from '../src/run/pipeline/pin-job-images';
import { pushImage, pushIndex } from '../testing/fixture-images';
import { BY_HAND, CREATED, MAIN, MERGE_REQUEST, RELEASE, SCHEDULE } from '../testing/gitlab-variables';
import { startHttpServer } from '../testing/http-server';
import { BOTH, ON_BASE, servePlanning, work, type Planning } from '../testing/planning-stage';
import { CONFIG } from '../testing/three-images';

const { open, host, proxy } = servePlanning();

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
  let stage: Planning;
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

  it('asks once for each image that nobody touched and once for its tag, and for what others are FROM', async () => {
    const before = proxy().lines.length;
    await stage.plan(MAIN, { affected: [] });
    const tags = proxy()
      .lines.slice(before)
      .flatMap((line) => /manifests\/(\w+)-/.exec(line)?.[1] ?? []);
    expect(tags.sort()).toEqual(['base', 'in', 'in', 'last', 'last', 'last', 'other', 'web']);
  });

  it('builds what `reuse: false` asks for where it is affected, and only there', async () => {
    expect(work(await stage.plan(MAIN, { affected: ['other'] }))).toEqual({ other: BOTH });
    expect(work(await stage.plan(MAIN, { affected: [] }))).toEqual({});
  });

  it.each([
    ['a schedule', SCHEDULE],
    ['somebody', BY_HAND],
  ])('builds those that IMAGES of %s names, and anew with FORCE_ALL', async (_, env) => {
    expect(work(await stage.plan({ ...env, IMAGES: 'web' }))).toEqual({});
    const planned = await stage.plan({ ...env, IMAGES: 'web', FORCE_ALL: 'true' });
    expect(work(planned)).toEqual({ web: BOTH });
    expect(planned.handed.run.rebuild).toEqual(['web']);
    expect(work(await stage.plan({ ...env, IMAGES: 'images/base/,other', FORCE_ALL: 'true' }))).toEqual({
      base: BOTH,
      other: BOTH,
    });
    expect(work(await stage.plan({ ...env, FORCE_ALL: 'true' }))).toEqual({ base: BOTH, other: BOTH, web: ON_BASE });
    await expect(stage.plan({ ...env, IMAGES: 'webb,base' })).rejects.toMatchObject({
      errors: [expect.objectContaining({ code: 'OPTIONS_INVALID', hint: 'Did you mean web?' })],
    });
  });

  it('takes IMAGES and FORCE_ALL from no push and no merge request', async () => {
    const asked = { IMAGES: 'web', FORCE_ALL: 'true' };
    for (const [env, kind] of [[MAIN, 'push'] as const, [MERGE_REQUEST, 'merge request'] as const]) {
      const plan = await stage.plan({ ...env, ...asked }, { affected: ['base'] });
      expect(work(plan)).toEqual({});
      expect(plan.notes).toEqual([expect.stringMatching(`^a ${kind} does not look at IMAGES and FORCE_ALL: `)]);
    }
  });

  it('publishes alone where tags are missing', async () => {
    stage.workspace.write({ 'images/web/build-config.yaml': CONFIG.replace('latest', 'latest, new') });
    expect(work(await stage.plan(MAIN, { affected: ['web'] }))).toEqual({ web: 'publish' });
    stage.workspace.write({ 'images/web/build-config.yaml': CONFIG });
  });

  it('publishes alone where an image has a platform less', async () => {
    stage.workspace.write({ 'images/base/build-config.yaml': CONFIG.replace(', linux/arm64', '') });
    expect(work(await stage.plan(MAIN, { affected: ['base'] }))).toEqual({ base: 'publish' });
    stage.workspace.write({ 'images/base/build-config.yaml': CONFIG });
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

describe('a branch that publishes and is not the default one', () => {
  let stage: Planning;
  beforeAll(async () => {
    stage = open();
    await stage.publish();
  });

  it('builds what an earlier pipeline of it did not come to', async () => {
    stage.workspace.write({ 'images/other/c': 'changed, and the pipeline was cancelled\n' });
    const asked = { affected: ['base'] };
    expect(work(await stage.plan(RELEASE, asked))).toEqual({ other: BOTH });
    expect(work(await stage.plan({ ...RELEASE, CI_COMMIT_REF_PROTECTED: 'false' }, asked))).toEqual({});
    expect(work(await stage.plan(RELEASE, { ...asked, missing: false }))).toEqual({});
    stage.workspace.write({ 'images/other/c': 'c\n' });
  });

  it('publishes what it did not come to publish', async () => {
    stage.workspace.write({ 'images/other/build-config.yaml': CONFIG.replace(', linux/arm64', '') });
    expect(work(await stage.plan(RELEASE, { affected: [] }))).toEqual({ other: 'publish' });
    stage.workspace.write({ 'images/other/build-config.yaml': CONFIG });
  });

  it('leaves the tags of what it did not touch where another branch has them', async () => {
    stage.workspace.write({ 'images/other/c': 'of the other branch\n' });
    await stage.publish();
    stage.workspace.write({ 'images/other/c': 'c\n' });
    expect(work(await stage.plan(RELEASE, { affected: ['base'] }))).toEqual({});
    expect(work(await stage.plan(RELEASE, { affected: ['other'] }))).toEqual({ other: 'publish' });
    expect(work(await stage.plan(MAIN, { affected: [] }))).toEqual({ other: 'publish' });
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

  it('refuse an image whose downloads would be in the registry, and write nothing there', async () => {
    const sum = createHash('sha256').update('tool').digest('hex');
    const files = await startHttpServer((_request, response) => response.end('tool'));
    const dockerfile = `FROM scratch\nADD --checksum=sha256:${sum} http://${files.host}/tool /\n`;
    const { plan } = open({ 'images/other/Dockerfile': dockerfile });
    const before = proxy().lines.length;
    const planned = await plan(MERGE_REQUEST, { mergeRequests: 'build', affected: ['other'] });
    const asked = proxy().lines.slice(before);
    await files.stop();
    expect(work(planned)).toEqual({ other: 'PIPELINE_NOT_PUSHED' });
    expect(planned.images[0]?.failed).toMatchObject({ where: 'images/other/Dockerfile:2' });
    expect(asked.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
  });
});

describe('manual_build', () => {
  it('is manual, with what is FROM it, where it is not there; nobody looks for it', async () => {
    const { plan } = open({ 'images/base/build-config.yaml': `${CONFIG}manual_build: true\n` });
    expect(work(await plan(MAIN))).toEqual({ base: `${BOTH}, manual`, other: BOTH, web: `${ON_BASE}, manual` });
    expect(work(await plan(MAIN, { affected: [] }))).toEqual({ other: BOTH });
  });
});

describe('what runs on the build platform', () => {
  it('is of the machine that the job has', async () => {
    const child = async (platform: string) => {
      const { descriptor } = await pushImage(host(), 'tools/go', undefined, {
        platform,
        files: { [platform]: { content: '' } },
      });
      return descriptor;
    };
    const [amd64, arm64] = [await child('linux/amd64'), await child('linux/arm64')];
    await pushIndex(host(), 'tools/go', '1', [amd64, arm64]);
    const { plan } = open({
      'images/other/Dockerfile': `FROM --platform=$BUILDPLATFORM ${proxy().host}/tools/go:1 AS go\nFROM scratch\nCOPY --from=go / /\n`,
    });
    const pinned = async (native: readonly string[]) => {
      const planned = await plan(MAIN, { affected: ['other'], native });
      const builds = planned.images.find(({ image }) => image === 'other')?.builds ?? [];
      return builds.map(({ dockerfile }) => /@(sha256:[0-9a-f]+)/.exec(dockerfile)?.[1]);
    };
    expect(await pinned(['amd64', 'arm64'])).toEqual([amd64.digest, arm64.digest]);
    expect(await pinned(['amd64'])).toEqual([amd64.digest, amd64.digest]);
  });
});

describe('the images of build jobs', () => {
  it('are asked for by the tag that is used, and taken as they are by a digest', async () => {
    const { workspace, plan } = open();
    const { digest } = await pushImage(host(), 'tools/buildah', '1', { platform: 'linux/amd64' });
    const context = await workspace.open({ repository: `${proxy().host}/x/y`, started: CREATED, env: MAIN });
    const pin = async (image: string) => {
      const flags = { 'buildah-image': image, 'kaniko-image': 'nowhere.invalid/kaniko:1' };
      const settings = await pinJobImages(context, await plan(MAIN), readGitlabSettings({}, flags, {}));
      expect(settings.kanikoImage).toBe('nowhere.invalid/kaniko:1');
      return settings.buildahImage;
    };
    expect(await pin(`${proxy().host}/tools/buildah:1`)).toBe(`${proxy().host}/tools/buildah@${digest}`);
    expect(await pin(`nowhere.invalid/buildah:1@${digest}`)).toBe(`nowhere.invalid/buildah:1@${digest}`);
    const message = `buildah_image (--buildah-image, HEPHY_CI_BUILDAH_IMAGE): there is no image ${proxy().host}/tools/buildah:2`;
    await expect(pin(`${proxy().host}/tools/buildah:2`)).rejects.toMatchObject({ code: 'OPTIONS_INVALID', message });
  });
});

it('does not begin where the registry does not answer', async () => {
  const { plan } = open();
  proxy().fail('tag GET', { kind: 'status', status: 403 });
  await expect(plan(MAIN)).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
});
