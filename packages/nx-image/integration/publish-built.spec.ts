import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepResult } from '../src/run/result-store';
import { elfFile } from '../testing/elf-files';
import { MAIN } from '../testing/gitlab-variables';
import type { Published } from '../testing/pipeline-stage';
import { allBuilt, buildOf, endsOf, FILES, publicTags, servePipelines } from '../testing/serve-pipelines';
import { CONFIG } from '../testing/three-images';

const { open, proxy } = servePipelines();
const INDEX = 'application/vnd.oci.image.index.v1+json';

async function digestAt(url: string): Promise<string> {
  const { headers } = await fetch(url, { method: 'HEAD', headers: { accept: INDEX } });
  return headers.get('docker-content-digest') ?? '';
}

function isResult(one: Published['said'][number]): one is StepResult {
  return typeof one !== 'string';
}

describe('two groups, FROM across them', () => {
  it('publishes each after every check of its own, and the second from what the first certified', async () => {
    const { stage, tags } = open(MAIN);
    const plan = await stage.plan();
    expect(plan.images.map(({ image }) => image).sort()).toEqual(['base', 'other', 'web']);
    await stage.build(plan);
    expect(await tags()).toEqual([]);
    const from = proxy().lines.length;
    let checked = 0;
    const first = await stage.publish(plan, ['other', 'base'], {}, (phase) => {
      if (phase === 'certify') checked = proxy().lines.length;
    });
    expect(endsOf(first)).toEqual([...allBuilt('other'), ...allBuilt('base')]);
    expect(first.failed).toBe(false);
    // Nothing is written while it is checked, and nothing of an image is read after that.
    expect(
      proxy()
        .lines.slice(from, checked)
        .filter((line) => !/^(?:GET|HEAD) /.test(line)),
    ).toEqual([]);
    const digests = first.results.flatMap(({ builds }) => builds.map(({ digest }) => digest ?? ''));
    expect(digests).toHaveLength(4);
    for (const digest of digests) {
      expect(
        proxy()
          .lines.slice(from, checked)
          .some((line) => line.endsWith(digest)),
      ).toBe(true);
    }
    expect(
      proxy()
        .lines.slice(from, checked)
        .filter((line) => line.startsWith('GET') && line.includes('/blobs/')),
    ).not.toEqual([]);
    const after = proxy().lines.slice(checked);
    expect(after.filter((line) => line.startsWith('GET') && line.includes('/blobs/'))).toEqual([]);
    expect(after.findIndex((line) => /^PUT .*\/manifests\/(?!sha256:)/.test(line))).toBeGreaterThanOrEqual(0);

    const second = await stage.publish(plan, ['web']);
    expect(endsOf(second)).toEqual(allBuilt('web'));
    const built = buildOf(second, 'web');
    expect(built).toMatchObject({ parents: ['base'], builder: { name: 'buildah' } });
    expect(built.phases?.[0]).toMatchObject({ what: 'build', at: 0 });
    for (const image of ['base', 'other', 'web']) expect(publicTags(image, await tags())).toHaveLength(5);
    expect((await tags()).filter((tag) => tag.startsWith('in-'))).toHaveLength(9);

    // A job that is run again finds all of it.
    const before = await tags();
    const again = await stage.publish(plan, ['web']);
    expect(endsOf(again)).toEqual(['web linux/amd64 reused', 'web linux/arm64 reused', 'web reused']);
    expect(await tags()).toEqual(before);
    expect((await stage.plan()).images).toEqual([]);
  });

  it('skips what is FROM an image that its own job has not published, in words', async () => {
    const { stage, tags } = open(MAIN);
    const plan = await stage.plan();
    await stage.build(plan);
    const end = await stage.publish(plan, ['web']);
    expect(endsOf(end)).toEqual(['web linux/amd64 skipped', 'web linux/arm64 skipped', 'web skipped']);
    expect(buildOf(end, 'web').reason).toBe(
      'base linux/amd64 is not in the registry: its own jobs have not published it',
    );
    expect(end.failed).toBe(true);
    expect(await tags()).toEqual([]);
  });

  it('publishes nothing FROM an image whose `verify` target has not passed in its own job', async () => {
    const { stage, tags, repository } = open(MAIN);
    const plan = await stage.plan();
    await stage.build(plan, ['base', 'web']);
    await stage.publish(plan, ['base']);
    stage.verifyTarget = ({ name, project }) => (name === 'base' ? { project, target: 'verify' } : undefined);
    const path = `${repository.replace('/', '/v2/')}/manifests`;
    // As a target that fails leaves it: platforms are certified, and nothing is public.
    const index = await digestAt(`http://${path}/last-base`);
    const bytes = await (await fetch(`http://${path}/${index}`, { headers: { accept: INDEX } })).text();
    await fetch(`http://${path}/${index}`, { method: 'DELETE' });
    const before = await tags();
    const end = await stage.publish(plan, ['web']);
    expect(endsOf(end)).toEqual(['web linux/amd64 built', 'web linux/arm64 built', 'web skipped']);
    expect(end.results[0]?.manifest?.reason).toBe('base is not published: its verify target has not passed');
    expect(end.failed).toBe(true);
    expect((await tags()).filter((tag) => !before.includes(tag) && /^(?:last-web|web-latest)$/.test(tag))).toEqual([]);
    await fetch(`http://${path}/last-base`, { method: 'PUT', headers: { 'content-type': INDEX }, body: bytes });
    expect(endsOf(await stage.publish(plan, ['web'])).at(-1)).toBe('web built');
  });
});

describe('what is refused', () => {
  it('an image of the wrong architecture, before any tag of any image', async () => {
    const { stage, tags, workspace } = open(MAIN, {
      'images/other/Dockerfile': 'FROM scratch\nCOPY c prog /\nENTRYPOINT ["/prog"]\n',
      'images/other/prog': elfFile('amd64').toString('latin1'),
    });
    chmodSync(join(workspace.root, 'images/other/prog'), 0o755);
    workspace.write({});
    const plan = await stage.plan();
    await stage.build(plan);
    const from = proxy().lines.length;
    let atRefusal: readonly string[] = ['not asked'];
    const end = await stage.publish(plan, ['other', 'base', 'web'], {}, (phase) => {
      if (phase === 'certify') atRefusal = proxy().lines.slice(from);
    });
    const certify = end.said.indexOf('certify');
    const refusal = end.said.findIndex((one) => isResult(one) && one.error?.code === 'IMAGE_PLATFORM_WRONG');
    expect(refusal).toBeGreaterThanOrEqual(0);
    expect(refusal).toBeLessThan(certify);
    expect(atRefusal.filter((line) => line.startsWith('PUT'))).toEqual([]);
    expect(endsOf(end)).toEqual([
      ...['other linux/amd64 built', 'other linux/arm64 failed IMAGE_PLATFORM_WRONG', 'other skipped'],
      ...[...allBuilt('base'), ...allBuilt('web')],
    ]);
    expect(end.failed).toBe(true);
    expect((await tags()).filter((tag) => tag.startsWith('other') || tag === 'last-other')).toEqual([]);
    expect(publicTags('web', await tags())).toHaveLength(5);
  });

  it('a failing build with those FROM it; others are published, and a retry builds what is missing', async () => {
    const failing = 'FROM scratch\nCOPY a /\nCOPY missing /\n';
    const { stage, tags, workspace, pipeline } = open(MAIN, { 'images/base/Dockerfile': failing });
    const plan = await stage.plan();
    await stage.build(plan);
    const end = await stage.publish(plan, ['base', 'web', 'other']);
    expect(endsOf(end)).toEqual([
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
    expect(publicTags('other', await tags())).toHaveLength(5);

    workspace.write({ 'images/base/Dockerfile': FILES['images/base/Dockerfile'] });
    const next = pipeline({ CI_PIPELINE_CREATED_AT: '2026-11-20T11:00:00Z' });
    const rest = await next.plan();
    expect(rest.images.map(({ image }) => image)).toEqual(['base', 'web']);
    await next.build(rest);
    expect(endsOf(await next.publish(rest, ['base', 'web']))).toEqual([...allBuilt('base'), ...allBuilt('web')]);
  });

  it('another Dockerfile than the planned one, with the line', async () => {
    const { stage, tags } = open(MAIN);
    const plan = await stage.plan();
    await stage.build(plan);
    const file = stage.fileOf('web', 'amd64', 'dockerfile');
    const wrong = `sha256:${'0'.repeat(64)}`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/sha256:[0-9a-f]{64}/, wrong));
    const end = await stage.publish(plan, ['base', 'web']);
    expect(buildOf(end, 'web').error).toMatchObject({
      code: 'JOB_DOCKERFILE_WRONG',
      where: 'images/web/Dockerfile:2',
      message: expect.stringMatching(new RegExp(`line 2 was "FROM [^"]*${wrong}", and is "FROM `)) as string,
    });
    expect(endsOf(end).slice(0, 3)).toEqual(allBuilt('base'));
    expect((await tags()).filter((tag) => tag.startsWith('web') || tag === 'last-web')).toEqual([]);
    // What passed is certified, and no job needs to build it again.
    const next = (await stage.plan()).images.find(({ image }) => image === 'web');
    expect(next?.builds.map(({ platform }) => platform.architecture)).toEqual(['amd64']);
  });
});

describe('a variable that is another one when it is published', () => {
  it('is refused: what was built may not be called by it', async () => {
    const { pipeline, tags } = open(
      { ...MAIN, GREETING: 'hello' },
      {
        'images/other/build-config.yaml': `${CONFIG.replace(', linux/arm64', '')}env: [GREETING]\nbuild_args: ["GREETING=\${GREETING}"]\n`,
        'images/other/Dockerfile': 'FROM scratch\nARG GREETING\nENV G=$GREETING\nCOPY c /\n',
      },
    );
    const stage = pipeline();
    const plan = await stage.plan();
    await stage.build(plan, ['other']);
    const end = await stage.publish(plan, ['other'], { env: { ...MAIN, GREETING: 'bye' } });
    expect(endsOf(end)).toEqual(['other linux/amd64 failed JOB_ARGS_WRONG', 'other skipped']);
    expect(await tags()).toEqual([]);
    expect(endsOf(await stage.publish(plan, ['other']))).toEqual(['other linux/amd64 built', 'other built']);
  });
});
