import type { ProjectGraph } from '@nx/devkit';
import { KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR } from './image-project';
import { imageProjects } from './image-projects';

const node = (name: string, root: string, ...executors: readonly string[]) => [
  name,
  { type: 'app', name, data: { root, targets: Object.fromEntries(executors.map((one) => [one, { executor: one }])) } },
];
const edge = (source: string, target: string) => ({ source, target, type: 'implicit' });
const GRAPH = {
  nodes: Object.fromEntries([
    node('renamed', 'images/base', KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR),
    // Its project.json publishes in a way of its own.
    node('app', 'images/app', KANIKO_EXECUTOR, 'nx:run-commands'),
    node('docs', 'docs', 'nx:run-commands'),
  ]) as unknown,
  dependencies: { app: [edge('app', 'renamed')], docs: [edge('docs', 'renamed')], renamed: [] },
} as ProjectGraph;

it('knows projects by their directories, and of those that depend on them the images', () => {
  const { nameOf, dependents } = imageProjects(GRAPH);
  expect(nameOf('images/base')).toBe('renamed');
  expect([dependents('renamed'), dependents('app')]).toEqual([['app'], []]);
  expect(() => nameOf('docs')).toThrow('docs is the directory of no project');
});
