import { MANIFEST_TYPES } from '../src/oci/manifest';
import { MAIN } from '../testing/gitlab-variables';
import type { PipelineStage } from '../testing/pipeline-stage';
import { allBuilt, buildOf, endsOf, FILES, servePipelines } from '../testing/serve-pipelines';
import { CONFIG } from '../testing/three-images';

const { open } = servePipelines();
const FORCED = { ...MAIN, CI_PIPELINE_SOURCE: 'web', FORCE_ALL: 'true' };
const CREATED = MAIN.CI_PIPELINE_CREATED_AT;
const LATER = { CI_PIPELINE_CREATED_AT: '2026-11-20T11:00:00Z' };

async function digestAt(repository: string, tag: string): Promise<string> {
  const answer = await fetch(`http://${repository.replace('/', '/v2/')}/manifests/${tag}`, {
    headers: { accept: MANIFEST_TYPES.join(', ') },
  });
  return answer.headers.get('docker-content-digest') ?? 'not there';
}

async function planAll(stage: PipelineStage) {
  const plan = await stage.plan();
  expect(plan.images.map(({ image }) => image).sort()).toEqual(['base', 'other', 'web']);
  await stage.build(plan);
  return plan;
}

describe('a publish job of an earlier pipeline that builds anew', () => {
  it.each([
    ['FORCE_ALL', {}],
    ['`reuse: false`', { 'images/other/build-config.yaml': `${CONFIG}reuse: false\n` }],
  ])('certifies nothing over what a later one has published: %s', async (why, files) => {
    const { pipeline, repository } = open(why === 'FORCE_ALL' ? FORCED : MAIN, files);
    const first = pipeline();
    const plan = await first.plan();
    await first.build(plan, ['other']);
    expect(endsOf(await first.publish(plan, ['other']))).toEqual(allBuilt('other'));
    const later = pipeline(LATER);
    const newer = await later.plan();
    await later.build(newer, ['other']);
    const end = await later.publish(newer, ['other']);
    expect(endsOf(end)).toEqual(allBuilt('other'));
    const { inputKey = '', digest } = buildOf(end, 'other');
    const again = await first.publish(plan, ['other']);
    expect(endsOf(again)).toEqual(['other linux/amd64 reused', 'other linux/arm64 reused', 'other reused']);
    expect(await digestAt(repository, `in-${inputKey}`)).toBe(digest);
  });

  it('nor does a run that has built it meanwhile', async () => {
    const { pipeline, repository, workspace } = open(MAIN);
    const later = pipeline(LATER);
    const plan = await later.plan();
    await later.build(plan, ['other']);
    const { inputKey = '', digest } = buildOf(await later.publish(plan, ['other']), 'other');
    const earlier = { repository, started: CREATED, rebuild: ['other'], env: MAIN };
    expect((await workspace.run(earlier)).builds.other).toMatchObject({
      ...{ outcome: 'reused', digest, reason: 'a later run built the same inputs meanwhile' },
    });
    expect(await digestAt(repository, `in-${inputKey}`)).toBe(digest);
    const latest = await workspace.run({ ...earlier, env: { ...MAIN, ...LATER } });
    expect(latest.builds.other).toMatchObject({ outcome: 'built', inputKey });
    expect(await digestAt(repository, `in-${inputKey}`)).toBe(latest.builds.other?.digest);
  });
});

describe('two images of the same inputs that are built anew, of different jobs', () => {
  it('are each the one that its own job published, for what is FROM them', async () => {
    const { stage } = open(FORCED, {
      'images/base/Dockerfile': FILES['images/other/Dockerfile'],
      'images/base/c': FILES['images/other/c'],
      'images/base/.dockerignore': '*\n!c\n',
      'images/other/.dockerignore': '*\n!c\n',
    });
    const plan = await planAll(stage);
    const base = await stage.publish(plan, ['base']);
    const other = await stage.publish(plan, ['other']);
    expect([...endsOf(base), ...endsOf(other)]).toEqual([...allBuilt('base'), ...allBuilt('other')]);
    expect(buildOf(other, 'other').inputKey).toBe(buildOf(base, 'base').inputKey);
    expect(buildOf(other, 'other').digest).not.toBe(buildOf(base, 'base').digest);
    expect(endsOf(await stage.publish(plan, ['web']))).toEqual(allBuilt('web'));
    expect(endsOf(await stage.publish(plan, ['base'])).at(-1)).toBe('base reused');
  });
});
