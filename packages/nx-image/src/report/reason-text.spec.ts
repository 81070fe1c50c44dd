import { builderOf } from '../builders/builders';
import { changesText, reasonText } from './reason-text';
import { reasonToBuild, type Before, type Present } from '../plan/compare-descriptions';
import { allInOne, hashOf, type BaseDescription, type PlatformDescription } from '../plan/description';

const AMD64: PlatformDescription = {
  key: '1'.repeat(64),
  context: 'c1',
  dockerfile: 'd1',
  args: { FOO: 'f1', BAR: 'b1' },
  labels: { team: 't1' },
  bases: [
    { name: 'docker.io/library/alpine:3.22', index: 'a'.repeat(16), child: '1'.repeat(16) },
    { name: 'base-latest', child: '3'.repeat(16) },
  ],
  builder: 'kaniko',
  flags: builderOf('kaniko').resultFlags({ reproducible: false }).map(hashOf),
  epoch: '',
};
const ARM64 = { ...AMD64, key: '2'.repeat(64), bases: [{ ...AMD64.bases[0]!, child: '2'.repeat(16) }] };
const UPSTREAM = { repo: 'https://git.example.com/x.git', commit: '1a2b3c4d5e', ref: 'refs/heads/main' };
const BEFORE: Before = {
  version: 'web-20261120-1a2b3c4',
  description: { platforms: { 'linux/amd64': AMD64, 'linux/arm64': ARM64 }, files: { a: '00000001', Dockerfile: '-' } },
  upstream: undefined,
};

function reason(
  change: Partial<PlatformDescription>,
  present: Partial<Present> = {},
  before: Partial<Before> = {},
): string {
  return reasonText(
    reasonToBuild(
      { ...BEFORE, ...before },
      {
        platform: 'linux/amd64',
        description: { ...AMD64, key: '9'.repeat(64), ...change },
        files: { a: '00000002', Dockerfile: '-' },
        upstream: undefined,
        config: { contextPath: '.', dockerfileFrom: 'local', reproducible: false },
        childOf: (_, platform) => (platform === 'linux/arm64' ? '2'.repeat(16) : '5'.repeat(16)),
        parentOf: (name) => (name === 'base-latest' ? 'base' : undefined),
        ...present,
      },
    ),
  );
}

const moved = [{ ...AMD64.bases[0]!, index: 'b'.repeat(16), child: '5'.repeat(16) }, AMD64.bases[1]!];
const config = { contextPath: '.', dockerfileFrom: 'local', reproducible: false } as const;

test.each([
  ['a file', reason({ context: 'c2' }), 'files changed: a (content)'],
  ['files that were not described', reason({ context: 'c2' }, { files: undefined }), 'files changed'],
  [
    'the Dockerfile, and the context with it',
    reason({ context: 'c2', dockerfile: 'd2' }, { files: { a: '00000001', Dockerfile: '-' } }),
    'Dockerfile changed',
  ],
  [
    'what a Dockerfile names now',
    reason({ dockerfile: 'd2', args: { FOO: 'f2', NEW: 'n' }, bases: [] }),
    'Dockerfile changed; build arg FOO changed',
  ],
  [
    'args',
    reason({ args: { FOO: 'f2', NEW: 'n' } }),
    'build arg BAR removed; build arg FOO changed; build arg NEW added',
  ],
  ['labels', reason({ labels: {} }), 'label team removed'],
  ['the target, and what comes with it', reason({ target: 'debug', args: {} }), 'target (none) → debug'],
  [
    'a base for both',
    reason({ bases: moved }, { childOf: () => '5'.repeat(16) }),
    'base alpine:3.22 moved sha256:aaaaaaaaaaaa… → sha256:bbbbbbbbbbbb…',
  ],
  [
    'a base for one',
    reason({ bases: moved }),
    'base alpine:3.22 moved sha256:aaaaaaaaaaaa… → sha256:bbbbbbbbbbbb… (linux/amd64 only)',
  ],
  [
    'an index that moved for others alone',
    reason({ epoch: '2', bases: [{ ...AMD64.bases[0]!, index: 'b'.repeat(16) }, AMD64.bases[1]!] }),
    'epoch (none) → 2',
  ],
  [
    'another base',
    reason({ bases: [{ ...moved[0]!, name: 'docker.io/library/alpine:3.23' }, AMD64.bases[1]!] }),
    'base alpine:3.22 replaced by alpine:3.23',
  ],
  [
    'a parent',
    reason({ bases: [AMD64.bases[0]!, { name: 'base-latest', child: '7'.repeat(16) }] }),
    'base base was built anew',
  ],
  [
    'the builder',
    reason({ builder: 'buildah', flags: builderOf('buildah').resultFlags({ reproducible: false }).map(hashOf) }),
    'builder kaniko → buildah',
  ],
  [
    'reproducible',
    reason(
      { flags: builderOf('kaniko').resultFlags({ reproducible: true }).map(hashOf) },
      { config: { ...config, reproducible: true } },
    ),
    'reproducible false → true',
  ],
  ['hephy’s own flags', reason({ flags: ['x'] }), "hephy's own flags for kaniko changed"],
  [
    'the context path, and not its files',
    reason({ context: 'c2' }, { config: { ...config, contextPath: 'app' } }),
    'context_path . → app',
  ],
  ['a period', reason({ period: '2026-11-16/7d' }), 'max_age added'],
  ['several', reason({ labels: { team: 't2' }, epoch: '1' }), 'label team changed; epoch (none) → 1'],
  ['nothing', reason({}), 'what changed is not known: nothing that web-20261120-1a2b3c4 says of what it was made of'],
  ['the same', reason({ key: AMD64.key }), 'nothing changed, and the registry no longer has what was built'],
  ['another platform', reason({}, { platform: 'linux/s390x' }), 'linux/s390x is new'],
  [
    'no description',
    reason({}, {}, { description: undefined }),
    'what changed is not known: web-20261120-1a2b3c4 does not say what it was made of',
  ],
  [
    'a key alone',
    reason({}, {}, { description: { platforms: { 'linux/amd64': { key: 'x' } } } }),
    'what changed is not known: web-20261120-1a2b3c4 had no room to say what it was made of',
  ],
])('%s', (_, text, expected) => {
  expect(text).toBe(expected);
});

test('of an upstream its commit, and not what lies in it', () => {
  const upstream = { ...UPSTREAM, commit: '5d6e7f8a9b' };
  const now = { upstream, config: { ...config, dockerfileFrom: 'upstream' as const } };
  const text = 'upstream https://git.example.com/x.git moved 1a2b3c4 → 5d6e7f8';
  expect(reason({ context: 'c2', dockerfile: 'd2' }, now, { upstream: UPSTREAM })).toBe(text);
  expect(reason({ context: 'c2', dockerfile: 'd2' }, { upstream }, { upstream: UPSTREAM })).toBe(
    `${text}; Dockerfile changed`,
  );
});

test('of an upstream another ref, however alike, is no move', () => {
  const from = (was: string | undefined, ref: string | undefined) =>
    reason(
      { context: 'c2' },
      { upstream: { ...UPSTREAM, commit: '5d6e7f8a9b', ref } },
      { upstream: { ...UPSTREAM, ref: was } },
    );
  expect(from('refs/heads/main', undefined)).toBe('upstream_ref main → 5d6e7f8');
  expect(from(undefined, 'refs/tags/v1')).toBe('upstream_ref 1a2b3c4 → v1');
  expect(from(undefined, undefined)).toBe('upstream_ref 1a2b3c4 → 5d6e7f8');
  expect(from('refs/heads/v1', 'refs/tags/v1')).toBe('upstream_ref refs/heads/v1 → refs/tags/v1');
  expect(from('refs/tags/v1', 'refs/tags/v1')).toBe('upstream https://git.example.com/x.git moved 1a2b3c4 → 5d6e7f8');
});

test('of an upstream another ref, and another repository', () => {
  const change = (upstream: Partial<typeof UPSTREAM>) =>
    reason({ context: 'c2' }, { upstream: { ...UPSTREAM, commit: '5', ...upstream } }, { upstream: UPSTREAM });
  expect(change({ ref: 'refs/tags/v1.2' })).toBe('upstream_ref main → v1.2');
  expect(change({ repo: 'https://git.example.com/y.git' })).toBe(
    'upstream https://git.example.com/x.git replaced by https://git.example.com/y.git',
  );
});

test('a commit of an upstream that changed nothing of what is built from', () => {
  const upstream = { ...UPSTREAM, commit: '5d6e7f8a9b' };
  expect(reason({ epoch: '1' }, { upstream }, { upstream: UPSTREAM })).toBe('epoch (none) → 1');
});

test('args that were one hash', () => {
  const description = { platforms: { 'linux/amd64': { ...AMD64, args: allInOne(AMD64.args) } } };
  expect(reason({ epoch: '1' }, {}, { description })).toBe('epoch (none) → 1');
  expect(reason({ args: { FOO: 'f2' } }, {}, { description })).toBe('build args changed');
  // It may be the names that it declares.
  expect(reason({ args: { FOO: 'f1' }, dockerfile: 'd2' }, {}, { description })).toBe('Dockerfile changed');
});

test('what the build platform chooses counts by its index', () => {
  const base = AMD64.bases[0]!;
  const bases = [{ ...base, identity: base.index }];
  const description = { platforms: { 'linux/amd64': { ...AMD64, bases } } };
  const index = 'b'.repeat(16);
  expect(reason({ bases: [{ ...base, index, identity: index }] }, {}, { description })).toMatch(
    /^base alpine:3.22 moved/,
  );
});

test('a base that is used once more, or once less, has not moved', () => {
  const base = AMD64.bases[0]!;
  const whole = { ...base, child: '6'.repeat(16), identity: base.index };
  const from = (was: readonly BaseDescription[], bases: readonly BaseDescription[], dockerfile = 'd2') =>
    reason({ dockerfile, bases }, {}, { description: { platforms: { 'linux/amd64': { ...AMD64, bases: was } } } });
  const twice = [base, whole];
  const index = 'b'.repeat(16);
  const own = { name: 'base-latest', child: '3'.repeat(16) };
  for (const [was, is] of [
    [[base], twice],
    [twice, [whole]],
    [[own], [own, { ...own, child: '4'.repeat(16) }]],
    [
      [base],
      [
        { ...base, index },
        { ...whole, index, identity: index },
      ],
    ],
  ] as const) {
    expect(from(was, is)).toBe('Dockerfile changed');
  }
  expect(from([base], [whole], 'd1')).toMatch(/^what changed is not known/);
  expect(from(twice, [whole, base], 'd1')).toMatch(/^what changed is not known/);
  const moved = 'base alpine:3.22 moved sha256:aaaaaaaaaaaa… → sha256:bbbbbbbbbbbb…';
  expect(
    from(
      twice,
      [
        { ...base, index },
        { ...whole, index, identity: index },
      ],
      'd1',
    ),
  ).toBe(moved);
  expect(from([whole], [{ ...whole, index, identity: index }])).toBe(`Dockerfile changed; ${moved}`);
  expect(from([own], [{ ...own, child: '4'.repeat(16) }])).toBe('Dockerfile changed; base base was built anew');
});

test('a period that is over', () => {
  const description = { platforms: { 'linux/amd64': { ...AMD64, period: '2026-11-16/7d' } } };
  expect(reason({ period: '2026-11-23/7d' }, {}, { description })).toBe(
    'the period 2026-11-16/7d is over: 2026-11-23/7d',
  );
});

test('a first build', () => {
  expect(reasonText(reasonToBuild(undefined, {} as Present))).toBe('nothing was published before');
});

test('names of platforms that somebody else wrote obey no terminal', () => {
  const platforms = ['linux/\u001b[2J\nEVIL'];
  const change = { kind: 'base', how: 'moved', name: 'alpine:3', from: 'a', to: 'b', platforms } as const;
  expect(changesText([change])).toBe('base alpine:3 moved sha256:a… → sha256:b… (linux/\\x1b[2J EVIL only)');
});

test('bases are named in full in what others read, and in the line as people write them', () => {
  const bases = [{ ...AMD64.bases[0]!, name: 'docker.io/library/alpine:3.23' }, AMD64.bases[1]!];
  const present = { description: { ...AMD64, key: '9'.repeat(64), bases }, platform: 'linux/amd64', config };
  const of = { ...present, files: undefined, upstream: undefined, childOf: () => undefined, parentOf: () => undefined };
  expect(reasonToBuild(BEFORE, of)).toEqual({
    kind: 'changed',
    changes: [
      { kind: 'base', how: 'replaced', from: 'docker.io/library/alpine:3.22', to: 'docker.io/library/alpine:3.23' },
    ],
  });
  const name = 'docker.io/team/x:1';
  const texts = (['added', 'removed'] as const).map((how) => changesText([{ kind: 'base', how, name }]));
  expect(texts).toEqual(['base team/x:1 added', 'base team/x:1 removed']);
});
