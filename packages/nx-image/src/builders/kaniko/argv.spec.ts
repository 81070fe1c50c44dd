import fc from 'fast-check';
import flags from '../../../testing/stand-in/kaniko-flags.json';
import { findFlagProblem, type KanikoFlags } from '../../../testing/kaniko-help';
import type { BuildStep } from '../builder';
import { renderKaniko } from './argv';

const STEP: BuildStep = {
  platform: { os: 'linux', architecture: 'arm64' },
  paths: {
    context: '/.hephy/context',
    dockerfile: '/.hephy/build/Dockerfile',
    ignorefile: '/.hephy/build/Dockerfile.dockerignore',
    digestFile: '/.hephy/out/digest',
    authFile: '/.hephy/docker/config.json',
    store: '/.hephy/store',
  },
  destination: 'registry.example.com/team/images:push-1a2b-arm64',
  buildArgs: [],
  labels: {},
  reproducible: false,
  insecure: [],
};

const PLAIN = [
  '--context=dir:///.hephy/context',
  '--dockerfile=/.hephy/build/Dockerfile',
  '--destination=registry.example.com/team/images:push-1a2b-arm64',
  '--digest-file=/.hephy/out/digest',
  '--custom-platform=linux/arm64',
  '--cache=false',
  '--cleanup',
  '--force',
  '--ignore-var-run=false',
  '--image-download-retry=2',
  '--push-retry=2',
];

test('a plain step', () => {
  expect(renderKaniko(STEP)).toEqual({
    name: 'executor',
    arguments: PLAIN,
    env: {
      DOCKER_CONFIG: '/.hephy/docker',
      AWS_ECR_DISABLE_CACHE: 'true',
      FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS: 'true',
      FF_KANIKO_COPY_AS_ROOT: 'true',
      FF_KANIKO_COPY_CHMOD_ON_IMPLICIT_DIRS: 'true',
      FF_KANIKO_EXPAND_HEREDOC: 'true',
      FF_KANIKO_RUN_HONOR_GROUP: 'true',
      FF_KANIKO_UNTAR_SKIP_ROOT: 'true',
    },
  });
});

test('a layer cache that untrusted runs read and do not write', () => {
  const cacheRepository = 'registry.example.com/team/images/cache-arm64';
  const { arguments: args } = renderKaniko({ ...STEP, cacheRepository, cacheReadOnly: true });
  expect(args).toEqual(expect.arrayContaining(['--cache=true', `--cache-repo=${cacheRepository}`, '--no-push-cache']));
  expect(findFlagProblem(args, flags as KanikoFlags)).toBeUndefined();
});

test.each([
  [0, '0s'],
  [36 * 3600 * 1000, '129600s'],
])('layers of the cache that are no older than %d ms', (cacheMaxAge, ttl) => {
  const { arguments: args } = renderKaniko({ ...STEP, cacheRepository: 'r/p/cache-arm64', cacheMaxAge });
  expect(args).toContain(`--cache-ttl=${ttl}`);
  expect(findFlagProblem(args, flags as KanikoFlags)).toBeUndefined();
  expect(renderKaniko({ ...STEP, cacheMaxAge }).arguments.join(' ')).not.toContain('--cache-ttl');
});

test('a step with everything', () => {
  const { arguments: args, env } = renderKaniko({
    ...STEP,
    platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
    target: 'release',
    buildArgs: [
      { name: 'B', value: '2' },
      { name: 'A', value: '' },
    ],
    labels: { 'org.example.team': 'a=b c' },
    reproducible: true,
    cacheRepository: 'registry.example.com/team/images/cache-arm-v7',
    mirror: 'mirror.example.com:5000/hub',
    insecure: ['registry.example.com'],
  });
  expect(args).toEqual([
    ...PLAIN.slice(0, 4),
    '--custom-platform=linux/arm/v7',
    '--cache=true',
    '--cache-repo=registry.example.com/team/images/cache-arm-v7',
    '--cache-copy-layers=true',
    ...PLAIN.slice(6),
    '--reproducible',
    '--target=release',
    '--build-arg=B=2',
    '--build-arg=A=',
    '--label=org.example.team=a=b c',
    '--registry-mirror=mirror.example.com:5000/hub',
    '--skip-default-registry-fallback',
    '--insecure-registry=registry.example.com',
    '--skip-tls-verify-registry=registry.example.com',
  ]);
  expect(
    Object.keys(env)
      .filter((name) => name.startsWith('FF_'))
      .sort(),
  ).toEqual([
    'FF_KANIKO_CHOWN_ON_IMPLICIT_DIRS',
    'FF_KANIKO_COPY_AS_ROOT',
    'FF_KANIKO_COPY_CHMOD_ON_IMPLICIT_DIRS',
    'FF_KANIKO_EXPAND_HEREDOC',
    'FF_KANIKO_HASH_DIR_FRAMING',
    'FF_KANIKO_REPRODUCIBLE_PRESERVE_BASE_LAYERS',
    'FF_KANIKO_RESOLVE_CACHE_KEY',
    'FF_KANIKO_ROLLING_CACHE_KEY',
    'FF_KANIKO_RUN_HONOR_GROUP',
    'FF_KANIKO_SKIP_WRITE_WHITEOUTS',
    'FF_KANIKO_UNTAR_SKIP_ROOT',
  ]);
});

test.each([
  ['localhost:5000/hephy:t', undefined],
  ['127.0.0.1:5000/hephy:t', undefined],
  ['web.localhost:5000/hephy:t', undefined],
  ['127.0.0.2:5000/hephy:t', '--insecure-registry=127.0.0.2:5000'],
  ['localhost/hephy:t', '--insecure-registry=localhost'],
])('the loopback registry of %s', (destination, flag) => {
  const { arguments: args } = renderKaniko({ ...STEP, destination });
  expect(args.find((word) => word.startsWith('--insecure'))).toBe(flag);
});

test('what is pushed nowhere is not pushed to the cache either', () => {
  const cacheRepository = 'registry.example.com/team/images/cache-arm64';
  const { arguments: args } = renderKaniko({ ...STEP, cacheRepository, push: false });
  expect(args).toEqual(expect.arrayContaining(['--no-push', '--no-push-cache', `--cache-repo=${cacheRepository}`]));
  expect(findFlagProblem(args, flags as KanikoFlags)).toBeUndefined();
});

test('a target with a comma is one target', () => {
  expect(renderKaniko({ ...STEP, target: 'a,"b' }).arguments).toContain('--target="a,""b"');
});

test('whatever the values are, every word is a flag of 1.28.3 with its value in it', () => {
  const hostile = fc.oneof(fc.string(), fc.constantFrom('-x', '--no-push', '--', '=', '\n--no-push', ' ', '${A}'));
  fc.assert(
    fc.property(
      fc.array(hostile),
      hostile,
      fc.dictionary(hostile, hostile),
      fc.boolean(),
      (values, target, labels, reproducible) => {
        const buildArgs = values.map((value, index) => ({ name: `A${index}`, value }));
        const { arguments: args } = renderKaniko({ ...STEP, target, buildArgs, labels, reproducible });
        expect(findFlagProblem(args, flags as KanikoFlags)).toBeUndefined();
        expect(args).toHaveLength(
          PLAIN.length + values.length + 1 + Object.keys(labels).length + (reproducible ? 1 : 0),
        );
        for (const { name, value } of buildArgs) expect(args).toContain(`--build-arg=${name}=${value}`);
      },
    ),
  );
});
