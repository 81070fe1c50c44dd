import type { ProjectGraph } from '@nx/devkit';
import { KANIKO_EXECUTOR, MANIFEST_TOOL_EXECUTOR } from './image-project';
import { imageTargets } from './image-targets';

const build = (platform: string, variant?: string) => ({
  executor: KANIKO_EXECUTOR,
  options: { step: 'build', platform, ...(variant === undefined ? {} : { variant }) },
});
const NODES = {
  '@team/kaniko': {
    name: '@team/kaniko',
    type: 'app',
    data: {
      root: 'projects/kaniko',
      targets: {
        'docker-prepare': { executor: KANIKO_EXECUTOR, options: { step: 'prepare' } },
        'docker-amd64': build('linux/amd64'),
        'docker-arm-v7': build('linux/arm/v7'),
        'docker-amd64--debug': build('linux/amd64', 'debug'),
        index: { executor: MANIFEST_TOOL_EXECUTOR },
        'index--debug': { executor: MANIFEST_TOOL_EXECUTOR, options: { variant: 'debug' } },
      },
    },
  },
} as unknown as ProjectGraph['nodes'];
const AMD64 = { os: 'linux', architecture: 'amd64' };

describe('imageTargets', () => {
  it('finds targets by what they do', () => {
    const { project, build: named, manifest } = imageTargets({}, '@team/kaniko', NODES);
    expect([project, manifest, named(AMD64), named({ os: 'linux', architecture: 'arm', variant: 'v7' })]).toEqual([
      '@team/kaniko',
      'index',
      'docker-amd64',
      'docker-arm-v7',
    ]);
  });

  it('finds those of a variant', () => {
    const { build: named, manifest } = imageTargets({ variant: 'debug' }, '@team/kaniko', NODES);
    expect([manifest, named(AMD64)]).toEqual(['index--debug', 'docker-amd64--debug']);
  });
});
