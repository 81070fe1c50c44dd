import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_TYPES } from '../src/oci/manifest';
import { scratchTag } from '../src/plan/tags';
import { factsOf } from '../testing/facts';
import { gitIn } from '../testing/git-repository';
import { MAIN } from '../testing/gitlab-variables';
import type { PipelineStage } from '../testing/pipeline-stage';
import { allBuilt, buildOf, endsOf, servePipelines } from '../testing/serve-pipelines';

const { open } = servePipelines();
const REUSED = ['base linux/amd64 reused', 'base linux/arm64 reused', 'base reused'];
/** `other` is FROM `web`, which is FROM `base`. */
const CHAIN = {
  'images/other/Dockerfile': 'ARG ECR_REGISTRY\nFROM ${ECR_REGISTRY}:web-latest\nCOPY c /\n',
};

/** Two pipelines that both build `base`: the second has changed what is FROM it, and the first has published the images when the second begins to. */
async function openSecond(
  published: readonly string[],
  files: Readonly<Record<string, string>> = {},
  spoil: (stage: PipelineStage, repository: string, id: string) => Promise<void> = () => Promise.resolve(),
) {
  const { pipeline, workspace, tags, repository } = open(MAIN, files, { base: [], web: ['base'], other: ['web'] });
  const first = pipeline();
  const before = await first.plan();
  await first.build(before, ['base', 'web']);
  workspace.write({ 'images/web/b': 'changed\n' });
  const stage = pipeline({ CI_PIPELINE_CREATED_AT: '2026-11-20T10:01:00Z' });
  const plan = await stage.plan();
  await stage.build(plan, ['base']);
  await spoil(stage, repository, plan.handed.run.id);
  await stage.build(plan, ['web', 'other']);
  gitIn(workspace.root, ['checkout', '-q', 'HEAD~1']);
  const end = await first.publish(before, published);
  expect(end.failed).toBe(false);
  gitIn(workspace.root, ['checkout', '-q', 'main']);
  return { stage, plan, certified: buildOf(end, 'base').digest, tags, repository };
}

/** What an index says that its children are FROM. */
async function baseOf(repository: string, tag: string): Promise<string | undefined> {
  const url = `http://${repository.replace('/', '/v2/')}/manifests/${tag}`;
  const answer = await fetch(url, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } });
  const { annotations } = (await answer.json()) as { readonly annotations: Readonly<Record<string, string>> };
  return annotations['org.opencontainers.image.base.digest'];
}

describe('what is FROM an image that another pipeline has certified meanwhile', () => {
  it('is published FROM what its own pipeline has built, in whatever jobs', async () => {
    const { stage, plan, certified, tags, repository } = await openSecond(['base', 'web']);
    expect(await baseOf(repository, 'web-latest')).toMatch(/^sha256:/);
    const end = await stage.publish(plan, ['base', 'web']);
    expect(endsOf(end)).toEqual([...REUSED, ...allBuilt('web')]);
    expect(buildOf(end, 'base').digest).toBe(certified);
    const { inputs, notes } = buildOf(end, 'web');
    expect(JSON.stringify(inputs)).not.toContain(certified);
    expect(notes).toContain(
      'it is FROM base as this pipeline has built it: another has published the same inputs meanwhile',
    );
    // Of what it is FROM there is no index.
    expect(await baseOf(repository, 'web-latest')).toBeUndefined();
    expect(await tags()).toContain(`in-${buildOf(end, 'web').inputKey ?? ''}`);
    const again = await stage.publish(plan, ['web']);
    expect(endsOf(again)).toEqual(['web linux/amd64 reused', 'web linux/arm64 reused', 'web reused']);
    // A new pipeline builds it FROM what is certified, and comes to rest.
    expect((await stage.plan()).images.map(({ image }) => image)).toContain('web');
  });

  it('so is what is FROM that, in a job of its own', async () => {
    const { stage, plan } = await openSecond(['base'], CHAIN);
    for (const image of ['base', 'web', 'other']) {
      const end = await stage.publish(plan, [image]);
      expect(endsOf(end)).toEqual(image === 'base' ? REUSED : allBuilt(image));
    }
  });

  it('is refused where its parent is verified by a target, which has not seen that', async () => {
    const { stage, plan } = await openSecond(['base']);
    stage.verifyTarget = ({ name, project }) => (name === 'base' ? { project, target: 'verify' } : undefined);
    const end = await stage.publish(plan, ['web']);
    expect(endsOf(end)).toEqual([
      'web linux/amd64 failed JOB_DOCKERFILE_WRONG',
      'web linux/arm64 failed JOB_DOCKERFILE_WRONG',
      'web skipped',
    ]);
  });

  it('is refused where what it is FROM does not pass the checks of its parent', async () => {
    const { stage, plan } = await openSecond(['base'], {}, async (spoilt, repository, id) => {
      // The platform of the one is built as the other.
      const [wrong, right] = [spoilt.fileOf('base', 'arm64', 'digest'), spoilt.fileOf('base', 'amd64', 'digest')];
      const digest = readFileSync(wrong, 'utf8').trim();
      writeFileSync(right, digest);
      const url = `http://${repository.replace('/', '/v2/')}/manifests`;
      const found = await fetch(`${url}/${digest}`, { headers: { accept: MANIFEST_TYPES.join(', ') } });
      const headers = { 'content-type': found.headers.get('content-type') ?? '' };
      const tag = scratchTag(factsOf({ id }), 'base', { os: 'linux', architecture: 'amd64' });
      const put = await fetch(`${url}/${tag}`, { method: 'PUT', headers, body: await found.text() });
      expect(put.status).toBe(201);
    });
    expect(endsOf(await stage.publish(plan, ['web']))).toEqual([
      ...['web linux/amd64 failed JOB_DOCKERFILE_WRONG', 'web linux/arm64 built', 'web skipped'],
    ]);
  });

  it('is not there where no job has built it', async () => {
    const { stage, plan } = await openSecond(['base']);
    rmSync(join(stage.built, 'web', 'arm64'), { recursive: true });
    const end = await stage.publish(plan, ['web']);
    expect(endsOf(end)).toEqual(['web linux/amd64 built', 'web linux/arm64 failed JOB_MISSING', 'web skipped']);
  });
});
