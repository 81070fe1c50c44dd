import fc from 'fast-check';
import { buildResult, digestOf, imageResult, manifestResult, prepareResult, runResult } from '../../testing/results';
import { explainResult } from './explain-result';
import { isBuildResult, isImageResult, isManifestResult, isPrepareResult } from './is-result';
import { isRunResult } from './is-run-result';

const error = { code: 'BUILD_FAILED', message: 'no', where: 'a:1', hint: 'b', output: ['c'], log: 'd' };
const digest = digestOf('0a');
const phases = [{ what: 'pull', at: 0.5, seconds: 1 }];
const because = { image: 'base', step: 'build', platform: 'linux/amd64', outcome: 'failed' } as const;

/** A value of each kind with every field there is. */
const FULL = {
  prepare: prepareResult({
    outcome: 'failed',
    error,
    phases,
    because,
    upstream: { repo: 'https://example.com/r', ref: 'v1', commit: 'c'.repeat(40) },
    context: { digest, size: 1, files: 2, tree: '{}' },
    dockerfile: { path: 'Dockerfile', text: 'FROM scratch' },
    bases: [
      { reference: 'a/b:c', digest, children: { 'linux/amd64': { digest, layers: [digest], onBuild: ['RUN x'] } } },
    ],
  }),
  build: buildResult({
    error,
    phases,
    because,
    parents: ['base'],
    changes: [{ kind: 'base', how: 'moved', name: 'a', from: '1', to: '2', platforms: ['linux/arm64'], more: 1 }],
    shared: { version: 'v', layers: 1, bytes: 2 },
    inputKey: '0a'.repeat(32),
    builder: { name: 'kaniko', version: '1.28.3', runtime: 'bubblewrap' },
    manifest: { mediaType: 'm', size: 3 },
    inputs: {
      key: '1',
      context: '2',
      dockerfile: '3',
      args: { A: '4' },
      labels: {},
      bases: [{ name: 'a/b:c', index: '5', child: '6', identity: '5' }],
      builder: 'kaniko',
      flags: ['7'],
      epoch: '0',
    },
    layers: [digest],
    exposes: ['80/tcp'],
    tags: ['t'],
    notes: ['n'],
  }),
  manifest: manifestResult({
    error,
    phases,
    because,
    publisher: 'manifest-tool',
    versionTag: 'v',
    platforms: [{ platform: 'linux/amd64', digest, size: 4 }],
    tags: [{ tag: 't', state: 'fixed', digest }],
    notes: ['n'],
  }),
  run: runResult({
    ended: 'x',
    asked: { command: 'run-many', targets: ['manifest'], projects: ['web'] },
    repository: 'r',
    commit: 'c',
    publish: true,
    scope: 'mr1',
    errors: [error],
  }),
} as const;

const KINDS = [
  ['prepare', isPrepareResult, FULL.prepare],
  ['build', isBuildResult, FULL.build],
  ['manifest', isManifestResult, FULL.manifest],
  ['image', isImageResult, imageResult({ prepare: FULL.prepare, builds: [FULL.build], manifest: FULL.manifest })],
  ['run', isRunResult, FULL.run],
] as const;

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

/** A copy that has `value` at the path; undefined takes the field away, as JSON does. */
function changed(whole: unknown, path: Path, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(whole)) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = value;
  return JSON.parse(JSON.stringify(copy));
}

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom<unknown>(
    undefined,
    digest,
    `${digest}\n`,
    digest.toUpperCase(),
    '0a'.repeat(32),
    'built',
    'reused',
    'kept',
  ),
  fc.constantFrom<unknown>(
    'prepare',
    'build',
    'toString',
    1,
    2,
    -0.5,
    [],
    [[]],
    [digest],
    {},
    { a: 1 },
    { a: digest },
    null,
  ),
);

describe.each(KINDS)('the check of a %s result', (kind, is, full) => {
  it('accepts one with every field, as the schema does', () => {
    expect(explainResult(kind, full)).toBeUndefined();
    expect(is(full)).toBe(true);
  });

  it('says of every field changed or missing what the schema says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(full)), values, (path, value) => {
        const other = changed(full, path, value);
        expect(is(other)).toBe(explainResult(kind, other) === undefined);
      }),
      { numRuns: 1500 },
    );
  });

  it.each([[undefined], [null], [[]], ['text'], [{}]])('refuses %j', (value) => {
    expect(is(value)).toBe(false);
    expect(explainResult(kind, value)).toEqual(expect.any(String));
  });
});

it('explains in one line', () => {
  expect(explainResult('build', { ...FULL.build, outcome: 'biult', size: '1' })).toBe(
    'Invalid option: expected one of "built"|"reused"|"failed"|"cancelled"|"timed out"|"skipped" at outcome; ' +
      'Invalid input: expected number, received string at size',
  );
});
