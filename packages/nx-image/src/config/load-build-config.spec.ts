import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HephyErrors } from '../errors/hephy-error';
import { formatPlatform } from '../oci/platform';
import type { BuildConfig } from './build-config';
import { loadBuildConfig } from './load-build-config';

const LEGACY = join(__dirname, 'fixtures/legacy');

function load(text: string): BuildConfig {
  return loadBuildConfig(text, 'build-config.yaml');
}

function complaints(text: string | Uint8Array): readonly string[] {
  try {
    loadBuildConfig(text, 'build-config.yaml');
  } catch (error) {
    if (error instanceof HephyErrors) {
      return error.errors.map(
        ({ code, where, message }) => `${where?.line ?? ''}:${where?.column ?? ''} ${code} ${message}`,
      );
    }
    throw error;
  }
  return [];
}

const DEFAULTS: BuildConfig = {
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
  additionalTags: [],
  builder: 'kaniko',
  epoch: '0',
  reuse: true,
  reproducible: false,
  cache: false,
};

const KANIKO: BuildConfig = {
  ...DEFAULTS,
  upstream: { repo: 'https://github.com/osscontainertools/kaniko', ref: 'v1.25.3' },
  dockerfileFrom: 'upstream',
  dockerfilePath: 'deploy/Dockerfile',
  additionalTags: [
    { name: 'v1.25.3', moving: false },
    { name: 'latest', moving: true },
  ],
};

/** Files as the shell pipelines had them, by the quirk that each has. */
const LEGACY_FILES: Readonly<Record<string, BuildConfig>> = {
  anchors: {
    ...DEFAULTS,
    buildArgs: [
      { name: 'A', value: '1' },
      { name: 'B', value: 'two words' },
    ],
    labels: { A: '1', B: 'own' },
  },
  'block-text': {
    ...DEFAULTS,
    description: 'Folded text',
    buildArgs: [{ name: 'SCRIPT', value: 'a\nb' }],
    additionalTags: [
      { name: 'latest', moving: true },
      { name: 'v1', moving: false },
    ],
  },
  branch: {
    ...DEFAULTS,
    upstream: { repo: 'https://github.com/spkane/scratch-helloworld', ref: 'main' },
    dockerfileFrom: 'upstream',
    additionalTags: [{ name: 'latest', moving: true }],
  },
  'build-backend': { ...DEFAULTS, builder: 'buildah', additionalTags: [{ name: 'latest', moving: true }] },
  'byte-order-mark': KANIKO,
  'comments-only': DEFAULTS,
  commit: {
    ...DEFAULTS,
    upstream: { repo: 'https://github.com/curl/curl-container.git', ref: '0123456789abcdef0123456789abcdef01234567' },
    dockerfileFrom: 'upstream',
    dockerfilePath: 'dockerfiles/Dockerfile',
    additionalTags: [{ name: '8.16', moving: false }],
  },
  crlf: KANIKO,
  'empty-keys': DEFAULTS,
  'long-list-at-margin': {
    ...DEFAULTS,
    dockerfilePath: 'images/web/Dockerfile',
    contextPath: 'images/web',
    platforms: [
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'amd64' },
    ],
    additionalTags: [{ name: 'latest', moving: true }],
  },
  'no-final-newline': KANIKO,
  'quotes-and-comments': {
    ...DEFAULTS,
    target: 'runtime',
    buildArgs: [
      { name: 'GO_VERSION', value: '1.10' },
      { name: 'NAME', value: "it's" },
      { name: 'FLAGS', value: '-X main.version=1 -s' },
      { name: 'EMPTY', value: '' },
      { name: 'DSN', value: 'postgres://u@h/db?a=b#c' },
    ],
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    additionalTags: ['1.10', 'true', 'no', '2024-01-02', '0755'].map((name) => ({ name, moving: false })),
  },
  upstream: KANIKO,
  'upstream-debug-target': {
    ...KANIKO,
    target: 'kaniko-debug',
    additionalTags: [
      { name: 'debug-v1.25.3', moving: false },
      { name: 'debug-latest', moving: false },
    ],
  },
};

describe('files of the pipelines before', () => {
  it('are each expected', () => {
    const names = readdirSync(LEGACY).map((file) => file.replace(/\.yaml$/, ''));
    expect(names.sort()).toEqual(Object.keys(LEGACY_FILES).sort());
  });

  it.each(Object.entries(LEGACY_FILES))('%s loads as it is', (name, expected) => {
    const bytes = readFileSync(join(LEGACY, `${name}.yaml`));
    expect(loadBuildConfig(bytes, name)).toEqual(expected);
    expect(loadBuildConfig(bytes.toString('utf8'), name)).toEqual(expected);
  });

  it('have the quirks that they are named after', () => {
    const text = (name: string): string => readFileSync(join(LEGACY, `${name}.yaml`), 'utf8');
    expect(text('crlf')).toContain('\r\n');
    expect(text('byte-order-mark')).toMatch(/^\ufeff/);
    expect(text('no-final-newline')).not.toMatch(/\n$/);
  });
});

describe('loadBuildConfig', () => {
  it('reads every key', () => {
    const config = load(
      [
        'version: 1',
        'description: A tool',
        'upstream_repo: git@example.com:team/tool.git',
        'upstream_ref: v1.10',
        'dockerfile_from: local',
        'dockerfile_path: ./docker//Dockerfile',
        'context_path: src/../app/',
        'use_local_context: false',
        'target: runtime',
        'build_args: { VERSION: "${APP_VERSION}", BASE: "${ECR_REGISTRY}:web-latest", EMPTY: "" }',
        'env: [APP_VERSION]',
        'labels: { org.opencontainers.image.title: Tool }',
        'platforms: [linux/arm/v7, linux/s390x]',
        'additional_tags: ["{upstream_ref}", { tag: "{upstream_ref}-edge", moving: true }, latest]',
        'build_backend: buildah',
        'timeout: 1h30m',
        'epoch: 2026-10',
        'reuse: false',
        'reproducible: true',
        'cache: true',
      ].join('\n'),
    );
    expect(config).toEqual({
      upstream: { repo: 'git@example.com:team/tool.git', ref: 'v1.10' },
      dockerfileFrom: 'local',
      dockerfilePath: 'docker/Dockerfile',
      contextPath: 'app',
      target: 'runtime',
      buildArgs: [
        { name: 'VERSION', value: '${APP_VERSION}' },
        { name: 'BASE', value: '${ECR_REGISTRY}:web-latest' },
        { name: 'EMPTY', value: '' },
      ],
      env: ['APP_VERSION'],
      labels: { 'org.opencontainers.image.title': 'Tool' },
      description: 'A tool',
      platforms: [
        { os: 'linux', architecture: 'arm', variant: 'v7' },
        { os: 'linux', architecture: 's390x' },
      ],
      additionalTags: [
        { name: 'v1.10', moving: false },
        { name: 'v1.10-edge', moving: true },
        { name: 'latest', moving: true },
      ],
      builder: 'buildah',
      timeout: 90 * 60 * 1000,
      epoch: '2026-10',
      reuse: false,
      reproducible: true,
      cache: true,
    });
  });

  it.each([
    ['30m', 1800],
    ['90s', 90],
    ['2h', 7200],
    ['45', 45],
  ])('reads the timeout %s', (text, seconds) => {
    expect(load(`timeout: ${text}`).timeout).toBe(seconds * 1000);
  });

  it('takes the variant that says nothing for none', () => {
    expect(load('platforms: [linux/arm64/v8, linux/amd64/v1]').platforms.map(formatPlatform)).toEqual([
      'linux/arm64',
      'linux/amd64',
    ]);
  });

  it.each(['ECR_REGISTRY=${ECR_REGISTRY}', 'ECR_REGISTRY=$ECR_REGISTRY'])(
    'leaves out the build argument that hephy passes: %s',
    (entry) => {
      expect(load(`build_args:\n  - ${entry}\n`).buildArgs).toEqual([]);
    },
  );

  it.each([
    'https://github.com/curl/curl',
    'http://git.example.com:8080/curl.git',
    'ssh://git@git.example.com:2222/team/curl.git',
    'git://git.example.com/curl',
    'git@github.com:curl/curl.git',
    'https://[::1]:3000/curl',
    'https://host/?p=curl.git',
  ])('takes the address %s', (address) => {
    expect(load(`upstream_repo: "${address}"\nupstream_ref: main`).upstream?.repo).toBe(address);
  });

  it.each([
    'https://user@github.com/curl/curl',
    'ssh://git:pw@github.com/curl/curl',
    'https://github.com/curl/curl?access_token=x',
    'https://github.com',
    'https://github.com/',
    'https:///curl',
    'https://host:0/curl',
    'HTTPS://github.com/curl/curl',
    'git@github.com:',
    'git@-oProxyCommand:x',
    'git@github.com:-x',
    'fd::3',
    'ftp://host/x',
    '/srv/git/curl',
    'curl',
    'C:\\\\curl',
  ])('refuses the address %s', (address) => {
    const text = `upstream_repo: "${address}"\nupstream_ref: main`;
    expect(complaints(text)).toEqual([expect.stringContaining('1:16 UPSTREAM_URL_INVALID')]);
  });

  it.each([
    'a b',
    '-x',
    'a..b',
    '/a',
    'a/',
    'a.',
    'a.lock',
    'a/.b',
    'a~1',
    'a^{}',
    'a:b',
    'a?',
    'a*',
    'a[',
    '@',
    'a@{1}',
    'a//b',
    'x'.repeat(251),
  ])('refuses the ref %s', (ref) => {
    expect(complaints(`upstream_repo: https://h/x\nupstream_ref: "${ref}"`)).toEqual([
      expect.stringContaining('2:15 CONFIG_INVALID'),
    ]);
  });

  it.each(['main', 'feature/x', 'refs/tags/v1', 'HEAD', 'v1.2.3-rc.1+build'])('takes the ref %s', (ref) => {
    expect(load(`upstream_repo: https://h/x\nupstream_ref: ${ref}`).upstream?.ref).toBe(ref);
  });

  it('refuses a large file before it reads it', () => {
    expect(complaints(new Uint8Array(10 * 1024 * 1024))).toEqual([expect.stringContaining('CONFIG_TOO_LARGE')]);
    expect(complaints('#'.repeat(1024 * 1024 + 1))).toEqual([expect.stringContaining('CONFIG_TOO_LARGE')]);
    expect(complaints('#'.repeat(1024 * 1024))).toEqual([]);
  });

  it('finds the first byte that is no UTF-8 behind others that are', () => {
    const bytes = Buffer.concat([Buffer.from('# größe\n# 🐳 '), Buffer.from([0xc3, 0x28]), Buffer.from('\n')]);
    expect(complaints(bytes)).toEqual([expect.stringContaining('2:6 CONFIG_SYNTAX')]);
  });

  it('has no key that JavaScript treats apart', () => {
    expect(complaints('__proto__: a')).toEqual([
      expect.stringContaining('1:1 CONFIG_INVALID `__proto__` is not known'),
    ]);
    expect(complaints('labels:\n  __proto__: a')).toEqual([expect.stringContaining('2:3 CONFIG_INVALID')]);
    expect(complaints('constructor: a')).toEqual([expect.stringContaining('1:1 CONFIG_INVALID')]);
  });

  it('gives what an alias stands for where it is written out or not', () => {
    expect(load('env: &e [A, B]\nadditional_tags: *e').additionalTags.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(load('labels: &a { x: 1 }\nbuild_args: { <<: [*a], y: 2 }').buildArgs).toEqual([
      { name: 'y', value: '2' },
      { name: 'x', value: '1' },
    ]);
  });

  it('shows a wrong value that came by an alias where it is used', () => {
    expect(complaints('env: &e [A b]\nadditional_tags: *e')).toEqual([
      expect.stringContaining('1:10 CONFIG_INVALID'),
      expect.stringContaining('1:10 CONFIG_INVALID'),
    ]);
  });
});
