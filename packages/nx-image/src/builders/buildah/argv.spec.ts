import type { BuildStep } from '../builder';
import { renderBuildah } from './argv';
import { registriesFile } from './registries-conf';

const STEP: BuildStep = {
  platform: { os: 'linux', architecture: 'arm64' },
  paths: {
    context: '/w/context',
    dockerfile: '/w/build/Dockerfile',
    ignorefile: '/w/build/Dockerfile.dockerignore',
    digestFile: '/w/out/digest',
    authFile: '/w/docker/config.json',
    store: '/w/store',
  },
  destination: 'registry.example.com/team/images:push-1a2b-arm64',
  buildArgs: [],
  labels: {},
  reproducible: false,
  insecure: [],
};
const STORE = ['--root=/w/store/root', '--runroot=/w/store/run', '--storage-driver=vfs'];
const env = { CONTAINERS_REGISTRIES_CONF: '/w/store/registries.conf' };

test('a plain step is a build and a push', () => {
  expect(renderBuildah(STEP)).toEqual([
    {
      name: 'buildah',
      env,
      arguments: [
        ...STORE,
        'bud',
        '--isolation=chroot',
        '--network=host',
        '--format=docker',
        '--identity-label=false',
        '--layers=false',
        '--platform=linux/arm64',
        '--authfile=/w/docker/config.json',
        '--file=/w/build/Dockerfile',
        '--ignorefile=/w/build/Dockerfile.dockerignore',
        '--tag=registry.example.com/team/images:push-1a2b-arm64',
        '--',
        '/w/context',
      ],
    },
    {
      name: 'buildah',
      env,
      repeatable: true,
      phase: 'push',
      arguments: [
        ...STORE,
        'push',
        '--authfile=/w/docker/config.json',
        '--digestfile=/w/out/digest',
        '--',
        'registry.example.com/team/images:push-1a2b-arm64',
        'docker://registry.example.com/team/images:push-1a2b-arm64',
      ],
    },
  ]);
});

test('what is pushed nowhere is built alone', () => {
  expect(renderBuildah({ ...STEP, push: false })).toEqual(renderBuildah(STEP).slice(0, 1));
});

test('values stay values, and the context is the last word', () => {
  const [build] = renderBuildah({
    ...STEP,
    target: '--help',
    buildArgs: [{ name: 'A', value: '--x\n=y' }],
    labels: { '-l': '-v' },
    reproducible: true,
  });
  expect(build?.arguments).toEqual(expect.arrayContaining(['--format=oci', '--timestamp=0']));
  expect(build?.arguments.slice(-6)).toEqual([
    `--tag=${STEP.destination}`,
    '--target=--help',
    '--build-arg=A=--x\n=y',
    '--label=-l=-v',
    '--',
    '/w/context',
  ]);
});

describe('registries.conf', () => {
  test('says nothing where there is nothing to say', () => {
    expect(registriesFile(STEP, 'FROM docker.io/library/alpine@sha256:0\n')).toEqual({
      path: '/w/store/registries.conf',
      text: 'unqualified-search-registries = []\n',
    });
  });

  test('names registries without TLS, those on loopback that the Dockerfile names too, and the mirror', () => {
    const step = {
      ...STEP,
      destination: 'localhost:5000/hephy:t',
      insecure: ['plain.example.com:80'],
      mirror: '127.0.0.1:5001/hub',
    };
    const { text } = registriesFile(step, 'FROM localhost:5002/a@sha256:0\nCOPY --from=other.example.com/b /x /x\n');
    expect(text).toBe(`unqualified-search-registries = []

[[registry]]
location = "plain.example.com:80"
insecure = true

[[registry]]
location = "localhost:5000"
insecure = true

[[registry]]
location = "localhost:5002"
insecure = true

[[registry]]
prefix = "docker.io"
location = "127.0.0.1:5001/hub"
insecure = true
`);
  });
});
