import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { HephyErrors } from '../errors/hephy-error';
import { formatPlatform } from '../oci/platform';
import type { BuildConfig } from './build-config';
import { loadBuildConfig } from './load-build-config';

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

describe('loadBuildConfig', () => {
  it('reads every key', () => {
    const config = load(
      [
        'version: 1',
        'description: A tool',
        'upstream_repo: git@example.com:team/tool.git',
        'upstream_ref: v1.10',
        'upstream_moving: true',
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
        'max_age: 2w',
        'reuse: false',
        'reproducible: true',
        'cache: true',
        'manual_build: true',
      ].join('\n'),
    );
    expect(config).toEqual({
      upstream: { repo: 'git@example.com:team/tool.git', ref: 'v1.10', moving: true },
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
      maxAge: 14 * 24 * 3600 * 1000,
      reuse: false,
      reproducible: true,
      cache: true,
      manualBuild: true,
    });
  });

  it('gives a variant all of its directory but what it says itself', () => {
    const { variants, ...own } = load(
      [
        'upstream_repo: https://example.com/x.git',
        'upstream_ref: v2',
        'target: tool',
        'build_args: [A=1, B=2, C=3]',
        'labels: { a: x, b: y }',
        'platforms: [linux/amd64, linux/arm64]',
        'additional_tags: ["{upstream_ref}", latest]',
        'timeout: 1h',
        'variants:',
        '  debug: { target: debug }',
        '  rest:',
        '    build_args: { B: "4", ECR_REGISTRY: "${ECR_REGISTRY}", D: "5" }',
        '    labels: { b: z, c: w }',
        '    platforms: [linux/arm64]',
        '    additional_tags: ["edge-{upstream_ref}"]',
        '  untagged: { additional_tags: [] }',
      ].join('\n'),
    );
    expect(variants).toEqual([
      { name: 'debug', config: { ...own, target: 'debug' } },
      {
        name: 'rest',
        config: {
          ...own,
          buildArgs: [
            { name: 'A', value: '1' },
            { name: 'B', value: '4' },
            { name: 'C', value: '3' },
            { name: 'D', value: '5' },
          ],
          labels: { a: 'x', b: 'z', c: 'w' },
          platforms: [{ os: 'linux', architecture: 'arm64' }],
          additionalTags: [{ name: 'edge-v2', moving: false }],
        },
      },
      { name: 'untagged', config: { ...own, additionalTags: [] } },
    ]);
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

  it('answers whatever it is given with a config, or with errors that say where and what to do', () => {
    const legacy = readFileSync(join(__dirname, 'fixtures/legacy/quotes-and-comments.yaml'), 'utf8');
    const mutated = fc
      .tuple(
        fc.nat(legacy.length),
        fc.nat(8),
        fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\t', '[', '{', '&a ', '*a', '"', '<<: ', '!x ')),
      )
      .map(([at, length, text]) => legacy.slice(0, at) + text + legacy.slice(at + length));
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' }), bytes), (source) => {
        try {
          expect(loadBuildConfig(source, 'f').platforms.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof HephyErrors)) throw error;
          expect(error.errors.length).toBeGreaterThan(0);
          for (const { where, hint } of error.errors) {
            expect(where?.line).toBeGreaterThan(0);
            expect(where?.column).toBeGreaterThan(0);
            expect(hint).toMatch(/[.?]$/);
          }
        }
      }),
      { numRuns: 600 },
    );
  });
});
