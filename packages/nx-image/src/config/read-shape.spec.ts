import * as fc from 'fast-check';
import { FORMS } from './forms';
import { readShape } from './read-shape';
import { CONFIG_KEYS, configSchema, VARIANT_KEYS } from './schema';
import { newMapping, type Mapping, type Value } from './value';

const TEXTS = [
  ...[
    '',
    'a',
    'latest',
    'true',
    'false',
    '1',
    '2',
    'local',
    'upstream',
    'kaniko',
    'buildah',
    'ko',
    '30m',
    '1h30m',
    '8d',
    '-x',
    '..',
    '../x',
  ],
  ...[
    '/x',
    'a/b',
    'linux/amd64',
    'linux/arm64/v8',
    'linux/amd46',
    'A=1',
    'A',
    'a b',
    'a\nb',
    'a\0b',
    '\ud800',
    'x'.repeat(200),
  ],
  ...[
    'https://example.com/x.git',
    'git@example.com:x',
    'ext::sh',
    'https://u:p@example.com/x',
    'v1.25.3',
    'org.opencontainers.image.title',
  ],
];
const NAMES = [
  ...CONFIG_KEYS,
  'tag',
  'moving',
  'A',
  'org.x',
  '__proto__',
  'constructor',
  'toString',
  'secrets',
  'a b',
  '',
];

const text = fc.constantFrom(...TEXTS);
const mapping = <T extends Value>(name: fc.Arbitrary<string>, value: fc.Arbitrary<T>): fc.Arbitrary<Mapping> =>
  fc
    .array(fc.tuple(name, value), { maxLength: 4 })
    .map((pairs) => pairs.reduce<Record<string, Value>>((map, [key, one]) => ((map[key] = one), map), newMapping()));
const name = fc.constantFrom(...NAMES);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 1, arbitrary: fc.constant(null) },
);
const tag = mapping(fc.constantFrom('tag', 'moving', 'x'), scalar);
const entry: fc.Arbitrary<Value> = fc.oneof(scalar, tag, mapping(name, scalar), fc.array(scalar, { maxLength: 2 }));
const value: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  mapping(name, scalar),
  fc.array(scalar, { maxLength: 3 }),
  fc.array(entry, { maxLength: 3 }),
);

/** Of each key some values that are right. */
const RIGHT: readonly (readonly [string, Value])[] = [
  ...([
    ['version', '1'],
    ['description', 'a b'],
    ['upstream_repo', 'https://example.com/x.git'],
    ['upstream_ref', 'v1'],
    ['upstream_moving', 'true'],
  ] as const),
  ...([
    ['dockerfile_from', 'upstream'],
    ['dockerfile_path', 'deploy/Dockerfile'],
    ['context_path', '.'],
  ] as const),
  ...([
    ['use_local_context', 'true'],
    ['target', 'runtime'],
    ['build_args', ['A=1', 'B']],
    ['build_args', []],
  ] as const),
  ...([
    ['build_args', { A: '1', B: null }],
    ['env', ['A']],
    ['labels', { 'org.x': 'y', constructor: 'z' }],
  ] as const),
  ...([
    ['platforms', ['linux/amd64', 'linux/arm64/v8']],
    ['additional_tags', ['a', { tag: 'b' }]],
    ['variants', { debug: { target: 'a', build_args: { A: '1' } }, 'a.b-c': { platforms: ['linux/amd64'] } }],
  ] as const),
  ...([
    ['additional_tags', [{ tag: 'b', moving: 'true' }]],
    ['build_backend', 'buildah'],
    ['timeout', '30m'],
  ] as const),
  ...([
    ['epoch', '2'],
    ['max_age', '7d'],
    ['reuse', 'false'],
    ['reproducible', 'true'],
    ['cache', 'true'],
    ['manual_build', 'true'],
  ] as const),
];

const VARIANT: readonly (readonly [string, Value])[] = RIGHT.filter(([key]) =>
  VARIANT_KEYS.some((known) => known === key),
);
const variant = fc
  .tuple(
    fc.subarray([...VARIANT]),
    fc.array(fc.tuple(fc.constantFrom(...VARIANT_KEYS, 'timeout', 'variants', '__proto__'), value), { maxLength: 1 }),
  )
  .map(([right, others]) =>
    [...right, ...others].reduce<Record<string, Value>>((map, [key, one]) => ((map[key] = one), map), newMapping()),
  );
const variants = mapping(fc.constantFrom('debug', 'a.b', 'a--b', '', '__proto__', 'constructor'), variant);

const rightOrNot = fc
  .tuple(fc.subarray([...RIGHT], { minLength: 0 }), fc.array(fc.tuple(name, value), { maxLength: 2 }))
  .map(([right, others]) => {
    const root = newMapping();
    for (const [key, one] of [...right, ...others]) root[key] = one;
    return root;
  });

describe('readShape', () => {
  it('answers as the schema does, or not at all', () => {
    fc.assert(
      fc.property(rightOrNot, (root) => {
        const read = readShape(root);
        if (read === undefined) return;
        const parsed = configSchema().safeParse(root);
        expect(parsed.error?.issues).toBeUndefined();
        expect(read).toEqual(parsed.data);
      }),
      { numRuns: 3000 },
    );
  });

  it('answers for variants as the schema does, or not at all', () => {
    let answered = 0;
    fc.assert(
      fc.property(fc.oneof(variants, mapping(name, value)), (one) => {
        const root = Object.assign(newMapping(), { variants: one });
        const read = readShape(root);
        if (read === undefined) return;
        answered += 1;
        const parsed = configSchema().safeParse(root);
        expect(parsed.error?.issues).toBeUndefined();
        expect(read).toEqual(parsed.data);
      }),
      { numRuns: 3000 },
    );
    expect(answered).toBeGreaterThan(40);
  });

  it.each(RIGHT)('answers for %s: %j', (key, one) => {
    const root = Object.assign(newMapping(), { [key]: one });
    expect(readShape(root)).toEqual({ [key]: one });
    expect(configSchema().parse(root)).toEqual({ [key]: one });
  });

  it('leaves to the schema what the schema refuses, key by key', () => {
    for (const key of CONFIG_KEYS) {
      for (const one of [...TEXTS, null, [], [null], ['\0'], [[]], newMapping(), { tag: 'a', x: 'b' }] as Value[]) {
        const root = Object.assign(newMapping(), { [key]: one });
        if (!configSchema().safeParse(root).success) expect([key, one, readShape(root)]).toEqual([key, one, undefined]);
      }
    }
  });

  it('loads no zod for a config that is right', () => {
    jest.isolateModules(() => {
      jest.doMock('zod', () => {
        throw new Error('zod was loaded');
      });
      const { loadBuildConfig } = jest.requireActual<typeof import('./load-build-config')>('./load-build-config');
      expect(loadBuildConfig('additional_tags: [latest]\n', 'x').additionalTags).toHaveLength(1);
      expect(() => loadBuildConfig('platform: x\n', 'x')).toThrow('zod was loaded');
      jest.dontMock('zod');
    });
  });

  it('has a form for every text', () => {
    for (const form of Object.values(FORMS)) expect(form('\0')?.hint).toContain('Remove it');
  });
});
