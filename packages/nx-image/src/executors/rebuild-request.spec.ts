import type { ProjectGraph, TaskGraph } from '@nx/devkit';
import { imageOf } from '../../testing/facts';
import { KANIKO_EXECUTOR } from '../inference/image-project';
import { imageCatalog } from '../run/image-catalog';
import { unmetRebuild } from './rebuild-request';

const NAMES = ['web', 'base', 'other'];
const catalog = imageCatalog({
  roots: NAMES.map((name) => `projects/${name}`),
  parentsOf: () => [],
  verifyTarget: () => undefined,
  load: (root) => {
    const own = imageOf(root.slice('projects/'.length));
    return [own, { ...own, name: `${own.name}-debug`, variant: 'debug' }];
  },
});
const projectGraph = {
  nodes: Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        data: {
          root: `projects/${name}`,
          targets: {
            prepare: { executor: KANIKO_EXECUTOR, options: { step: 'prepare' } },
            build: { executor: KANIKO_EXECUTOR, options: { step: 'build' } },
            'build--debug': { executor: KANIKO_EXECUTOR, options: { step: 'build', variant: 'debug' } },
            lint: { executor: 'nx:run-commands' },
          },
        },
      },
    ]),
  ),
} as unknown as ProjectGraph;

function unmet(rebuild: 'all' | readonly string[] | undefined, tasks: readonly string[]): readonly string[] {
  const targets = tasks.map((id) => {
    const [project, target] = id.split(':');
    return [id, { target: { project, target } }] as const;
  });
  const taskGraph = { tasks: Object.fromEntries(targets) } as unknown as TaskGraph;
  return unmetRebuild(rebuild, catalog, { taskGraph, projectGraph });
}

describe('unmetRebuild', () => {
  it('names what nx has no build of', () => {
    expect(unmet(['web', 'projects/base', 'other'], ['web:build', 'base:build--debug', 'other:lint'])).toEqual([
      'other',
    ]);
    expect(unmet(['web-debug'], ['web:build'])).toEqual(['web-debug']);
    expect(unmet(['web-debug'], ['web:build--debug', 'web:prepare'])).toEqual([]);
    expect(unmet(['base'], ['base:prepare'])).toEqual(['base']);
  });

  it('names nothing where all is asked for, or nothing', () => {
    for (const rebuild of ['all', [], undefined] as const) expect(unmet(rebuild, ['web:build'])).toEqual([]);
  });
});
