import type { BuildConfig, Image } from '../src/config/build-config';
import type { RunFacts } from '../src/plan/run-facts';

/** Facts of a clean, trusted, publishing run. */
export function factsOf(changes: Partial<RunFacts> = {}): RunFacts {
  return {
    id: '0123456789ab',
    started: '2026-11-20T23:59:58.000Z',
    commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
    dirty: undefined,
    origin: 'https://git.example.com/team/images.git',
    repository: { registry: 'registry.example.com', path: 'team/images' },
    local: false,
    publish: true,
    scope: undefined,
    mirror: undefined,
    insecure: [],
    env: {},
    ...changes,
  };
}

export function imageOf(name: string, changes: Partial<BuildConfig> = {}): Image {
  return {
    name,
    project: name,
    root: `projects/${name}`,
    configFile: `projects/${name}/build-config.yaml`,
    config: {
      dockerfileFrom: 'local',
      dockerfilePath: 'Dockerfile',
      contextPath: '.',
      buildArgs: [],
      env: [],
      labels: {},
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
      additionalTags: [{ name: 'latest', moving: true }],
      builder: 'kaniko',
      epoch: '',
      reuse: true,
      reproducible: false,
      cache: false,
      manualBuild: false,
      ...changes,
    },
  };
}
