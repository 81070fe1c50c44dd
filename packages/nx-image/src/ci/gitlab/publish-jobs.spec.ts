import { ProcessedPipeline } from '../../../testing/gitlab-processing';
import {
  AMD64,
  ARM64,
  pipelineOf,
  plannedBuild,
  plannedImage,
  REPOSITORY,
  SETTINGS,
} from '../../../testing/planned-pipeline';
import type { HandedPlan } from '../handed-plan';
import type { PipelinePlan, PlannedImage } from '../pipeline-plan';
import { buildJobs } from './build-jobs';
import { publishJobs } from './publish-jobs';

const IMAGES = [plannedImage('base')];

function groupOf(run: Partial<HandedPlan['run']>, changes: Partial<PipelinePlan> = {}): string | undefined {
  const { handed, ...plan } = pipelineOf(IMAGES, changes);
  const [first] = publishJobs({ ...plan, handed: { ...handed, run: { ...handed.run, ...run } } }, SETTINGS, () => '');
  return first?.job.resource_group;
}

test('merge requests: a resource group of their own; where nothing is pushed none', () => {
  expect(groupOf({})).toBe(`hephy ${REPOSITORY} trusted`);
  expect(groupOf({ scope: 'mr7' })).toBe(`hephy ${REPOSITORY} mr7`);
  expect(groupOf({ scope: 'mr7', push: false })).toBeUndefined();
});

test('a resource group is as long as GitLab takes it, and ends with what tells it from others', () => {
  const group = groupOf({}, { repository: `registry.example.com/${'long/'.repeat(60)}images` });
  expect(group).toMatch(/^hephy .*long\/images trusted$/);
  expect(group).toHaveLength(255);
});

describe('what is built by hand', () => {
  const standIn = `sha256:${'5'.repeat(64)}` as const;
  const from = (name: string, parent: string, manual = false): PlannedImage =>
    plannedImage(name, {
      parents: [parent],
      manual,
      builds: [AMD64, ARM64].map((platform) =>
        plannedBuild(platform, { pending: [{ standIn, image: parent, platform }] }),
      ),
    });
  const base = plannedImage('base', { builds: [plannedBuild(), plannedBuild(ARM64)] });
  const images = [plannedImage('a'), base, from('kid', 'base'), from('man', 'kid', true), from('more', 'man', true)];

  function run(failing: readonly string[] = [], publishSize = 20): ProcessedPipeline {
    const settings = { ...SETTINGS, publishSize };
    const plan = pipelineOf(images);
    const jobs = [
      ...buildJobs(plan, settings, new Map()).flatMap((one) => one.jobs),
      ...publishJobs(plan, settings, () => ''),
    ];
    return new ProcessedPipeline(Object.fromEntries(jobs.map(({ name, job }) => [name, job])), failing);
  }

  test.each([
    ['all is well', []],
    ['another image of the job that publishes its base is broken', ['build a amd64', 'publish 1']],
  ])('is published when somebody has started all its builds, and not before: %s', (_, failing) => {
    const pipeline = run(failing);
    expect(pipeline.status('publish man (by hand)')).toBe('skipped');
    pipeline.start('build man amd64');
    expect(pipeline.status('publish man (by hand)')).toBe('skipped');
    pipeline.start('build man arm64');
    expect(pipeline.ran.slice(-2)).toEqual(['build man arm64', 'publish man (by hand)']);
    expect(pipeline.ran.indexOf('publish 1')).toBeLessThan(pipeline.ran.indexOf('build man amd64'));
    for (const platform of ['amd64', 'arm64']) pipeline.start(`build more ${platform}`);
    expect(pipeline.ran.at(-1)).toBe('publish more (by hand)');
  });

  test('waits for the job that publishes its base, and for no image in it', () => {
    const pipeline = run([], 1);
    expect(pipeline.ran).toEqual([
      ...['build a amd64', 'build base amd64', 'build base arm64', 'build kid amd64', 'build kid arm64'],
      ...['publish 1', 'publish 2', 'publish 3', 'after publish 3'],
    ]);
  });

  test('is told also where its own build failed', () => {
    const pipeline = run(['build man arm64']);
    for (const platform of ['amd64', 'arm64']) pipeline.start(`build man ${platform}`);
    expect(pipeline.ran.at(-1)).toBe('publish man (by hand)');
  });

  test('may be started where nothing of it is to be built, when its base was published or was not', () => {
    const jobs = publishJobs(pipelineOf([base, { ...from('man', 'base', true), builds: [] }]), SETTINGS, () => '');
    const named = Object.fromEntries(jobs.map(({ name, job }) => [name, { ...job, needs: job.needs?.slice(-1) }]));
    expect(
      new ProcessedPipeline({ ...named, 'publish 1': { needs: [] } }, ['publish 1']).status('publish man (by hand)'),
    ).toBe('manual');
  });

  test('waits for nothing more than it needs: no job is between where nothing of it is FROM the pipeline', () => {
    const names = publishJobs(pipelineOf([base, plannedImage('man', { manual: true })]), SETTINGS, () => '');
    expect(names.map(({ name }) => name)).toEqual(['publish man (by hand)', 'publish 1']);
  });
});
