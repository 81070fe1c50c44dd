import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelinePlan } from '../src/ci/pipeline-plan';
import { MAIN, MERGE_REQUEST } from '../testing/gitlab-variables';
import type { PipelineStage } from '../testing/pipeline-stage';
import { allBuilt, buildOf, endsOf, servePipelines } from '../testing/serve-pipelines';
import { CONFIG } from '../testing/three-images';

const { open, proxy } = servePipelines();

describe('jobs that left no image', () => {
  it('are four different answers', async () => {
    const timed = { 'images/other/build-config.yaml': `${CONFIG}timeout: 5m\n` };
    const { stage } = open(MAIN, timed);
    const plan = await stage.plan();
    await stage.build(plan);
    rmSync(stage.fileOf('base', 'amd64', 'status'));
    rmSync(join(stage.built, 'base', 'arm64'), { recursive: true });
    writeFileSync(stage.fileOf('other', 'amd64', 'timedOut'), '');
    writeFileSync(stage.fileOf('other', 'amd64', 'status'), '143\n');
    rmSync(stage.fileOf('other', 'arm64', 'status'));
    writeFileSync(stage.fileOf('other', 'arm64', 'problem'), 'the context\x1b[2J is not the planned one\n');
    const end = await stage.publish(plan, ['base', 'other']);
    expect(endsOf(end)).toEqual([
      ...['base linux/amd64 failed JOB_LOST', 'base linux/arm64 failed JOB_MISSING', 'base skipped'],
      ...['other linux/amd64 timed out BUILD_TIMED_OUT', 'other linux/arm64 failed JOB_LOST', 'other skipped'],
    ]);
    expect(buildOf(end, 'other').error?.message).toBe('the build took longer than 300 s');
    expect(buildOf(end, 'other', 'linux/arm64').error?.message).toMatch(
      /failed: the context.* is not the planned one$/,
    );
    expect(buildOf(end, 'other', 'linux/arm64').error?.message).not.toContain('\x1b');
  });

  it('were never begun, as the planner found out why they cannot be', async () => {
    const { stage } = open(MAIN, { 'images/base/Dockerfile': 'FROM scratch\nADD --checksum=md5:x http://x/ /\n' });
    const plan = await stage.plan();
    const [code = ''] = plan.images.flatMap(({ image, failed }) => (image === 'base' ? (failed?.code ?? []) : []));
    expect(code).not.toBe('');
    await stage.build(plan);
    const end = await stage.publish(plan, ['base', 'web', 'other']);
    expect(endsOf(end).slice(0, 3)).toEqual([
      ...[`base linux/amd64 failed ${code}`, `base linux/arm64 failed ${code}`, 'base skipped'],
    ]);
    expect(endsOf(end).slice(-3)).toEqual(allBuilt('other'));
    expect(end.failed).toBe(true);
  });

  it('nobody has started, which is no failure', async () => {
    const { stage, tags } = open(MAIN, { 'images/base/build-config.yaml': `${CONFIG}manual_build: true\n` });
    const plan = await named(stage, ['base', 'web', 'other']);
    await stage.build(plan, ['other']);
    const end = await stage.publish(plan, ['base', 'web', 'other']);
    expect(endsOf(end)).toEqual([
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
    const end = await stage.publish(plan, ['base', 'web', 'other'], { env: MAIN });
    expect(end.failed).toBe(false);
    const written = await tags();
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter((tag) => !tag.startsWith('mr12-'))).toEqual([]);
  });

  it('that only builds writes nothing, and says so', async () => {
    const { stage, tags } = open(MERGE_REQUEST);
    const plan = await stage.plan({ mergeRequests: 'build' });
    await stage.build(plan);
    const from = proxy().lines.length;
    const end = await stage.publish(plan, ['base', 'other']);
    expect(endsOf(end)).toEqual(
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
    expect(
      proxy()
        .lines.slice(from)
        .filter((line) => !/^(?:GET|HEAD) /.test(line)),
    ).toEqual([]);
    expect(await tags()).toEqual([]);
    const refused = await stage.publish(plan, ['base', 'web']);
    expect(buildOf(refused, 'web').error?.code).toBe('PIPELINE_NOT_PUSHED');
    expect(refused.failed).toBe(true);
  });
});
