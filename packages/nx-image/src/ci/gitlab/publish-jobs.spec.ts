import { pipelineOf, plannedImage, REPOSITORY, SETTINGS } from '../../../testing/planned-pipeline';
import type { HandedPlan } from '../handed-plan';
import type { PipelinePlan } from '../pipeline-plan';
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
