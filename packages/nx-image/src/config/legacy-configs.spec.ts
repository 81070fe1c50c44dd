import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildConfig } from './build-config';
import { loadBuildConfig } from './load-build-config';

const LEGACY = join(__dirname, 'fixtures/legacy');

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
  manualBuild: false,
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
