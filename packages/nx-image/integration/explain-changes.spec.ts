import { ChangeStage, type StagedFile } from '../testing/change-stage';
import { startRegistry, type TestRegistry } from '../testing/registry-server';

let server: TestRegistry;
let stage: ChangeStage;
beforeAll(async () => {
  server = await startRegistry();
  stage = new ChangeStage({ web: [] }, server.host, 'team/images');
  await stage.pushBase('3.22', 'amd64 1', 'arm64 1');
  await stage.pushBase('3.23', 'amd64 3.23', 'arm64 3.23');
});
afterAll(async () => {
  stage.remove();
  await server.stop();
});

const DOCKERFILE = `ARG BASE
FROM \${BASE} AS base
ARG FOO
ARG BAR
ARG GIVEN
COPY . /app/
FROM base AS debug
LABEL debug=1
FROM base AS main
`;
/** 30 such names are more than there is room for. */
const LONG = 'long'.repeat(40);
const FILES = {
  Dockerfile: DOCKERFILE,
  'other.Dockerfile': `${DOCKERFILE}# other\n`,
  '.dockerignore': 'notes\n',
  notes: 'for nobody\n',
  'bin/run': 'run\n',
  'conf/a': 'a\n',
  'conf/deep/down/here': 'here\n',
  'conf/gone': 'gone\n',
  'old/a': 'a\n',
  'old/b': 'b\n',
  'sub/own': 'own\n',
  link: { link: 'conf/a' },
  ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`many/${n}-${LONG}`, `${n}\n`])),
};

/** The config's lines by key. Most changes are no platform's own: one is enough for them. */
const config: Record<string, string | undefined> = {
  build_backend: 'buildah',
  platforms: '[linux/amd64]',
  env: '[APP_VERSION]',
  labels: '{team: a}',
};
const args: Record<string, string | undefined> = { FOO: 'a', BASE: ':3.22', GIVEN: '${APP_VERSION}' };
let env: Readonly<Record<string, string>> = { APP_VERSION: '1' };

interface Change {
  readonly config?: Readonly<Record<string, string | undefined>>;
  readonly args?: Readonly<Record<string, string | undefined>>;
  readonly files?: Readonly<Record<string, StagedFile>>;
  /** Where 3.22 is another now: what it is for amd64 and arm64. */
  readonly base?: readonly [string, string];
  readonly env?: Readonly<Record<string, string>>;
}

async function make(change: Change): Promise<void> {
  Object.assign(config, change.config);
  Object.assign(args, change.args);
  env = change.env ?? env;
  if (change.base !== undefined) await stage.pushBase('3.22', ...change.base);
  const lines = Object.entries(config).map(([key, value]) => (value === undefined ? '' : `${key}: ${value}\n`));
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) lines.push(`  ${name}: "${name === 'BASE' ? `${server.host}/lib/alpine` : ''}${value}"\n`);
  }
  lines.splice(Object.keys(config).length, 0, 'build_args:\n');
  stage.writeImages({
    ...Object.fromEntries(Object.entries(change.files ?? {}).map(([path, file]) => [`web/${path}`, file])),
    'web/build-config.yaml': lines.join(''),
  });
}

const REUSE = 'reuse';
const REVERTED = 'reuse of what the last version has not';
type Expected = string | { readonly amd64: string; readonly arm64: string };

/** One after the other: each is compared with what the one before published. */
const CHANGES: readonly (readonly [string, Change, Expected])[] = [
  ['a first build', { files: FILES }, 'nothing was published before'],
  ['nothing', {}, REUSE],
  ['content', { files: { 'conf/a': 'b\n' } }, 'files changed: conf/a (content)'],
  ['a mode', { files: { 'bin/run': { executable: 'run\n' } } }, 'files changed: bin/run (mode)'],
  ['content and mode', { files: { 'bin/run': 'walk\n' } }, 'files changed: bin/run (content)'],
  [
    'two files',
    { files: { 'conf/a': 'c\n', 'bin/run': { executable: 'walk\n' } } },
    'files changed: bin/run (mode), conf/a (content)',
  ],
  ['a file added', { files: { 'conf/new': 'new\n' } }, 'files changed: conf/new (added)'],
  [
    'a file renamed',
    { files: { 'conf/new': undefined, 'conf/newer': 'new\n' } },
    'files changed: conf/new (removed), conf/newer (added)',
  ],
  ['a file removed', { files: { 'conf/gone': undefined } }, 'files changed: conf/gone (removed)'],
  ['a link’s target', { files: { link: { link: 'bin/run' } } }, 'files changed: link (content)'],
  ['a link that is a file now', { files: { link: 'file\n' } }, 'files changed: link (content)'],
  ['a file deep down', { files: { 'conf/deep/down/here': 'x' } }, 'files changed: conf/deep/down/here (content)'],
  ['a file of too many to name', { files: { [`many/7-${LONG}`]: 'seven\n' } }, 'files changed: below many/'],
  ['a directory added', { files: { 'more/a': 'a\n', 'more/b/c': 'c\n' } }, 'files changed: more/ (added)'],
  ['a directory removed', { files: { old: undefined } }, 'files changed: old/ (removed)'],
  [
    'odd names',
    { files: { '__proto__/<&>': 'x\n', 'conf/7': 'x\n' } },
    'files changed: __proto__/ (added), conf/7 (added)',
  ],
  ['an ignored file', { files: { notes: 'still for nobody\n' } }, REUSE],
  [
    'what is ignored',
    { files: { '.dockerignore': 'nothing\n' } },
    'files changed: .dockerignore (content), notes (added)',
  ],
  ['the Dockerfile', { files: { Dockerfile: `${DOCKERFILE}LABEL x=1\n` } }, 'Dockerfile changed'],
  ['a comment in it', { files: { Dockerfile: `# Hello\n${DOCKERFILE}LABEL x=1\n` } }, 'Dockerfile changed'],
  ['what it declares', { files: { Dockerfile: DOCKERFILE.replace('ARG FOO\n', '') } }, 'Dockerfile changed'],
  [
    'the Dockerfile and a file',
    { files: { Dockerfile: DOCKERFILE, 'conf/a': 'd\n' } },
    'Dockerfile changed; files changed: conf/a (content)',
  ],
  ['dockerfile_path', { config: { dockerfile_path: 'other.Dockerfile' } }, 'Dockerfile changed'],
  ['an arg', { args: { FOO: 'b' } }, 'build arg FOO changed'],
  ['an arg added', { args: { BAR: 'b' } }, 'build arg BAR added'],
  ['an arg removed', { args: { FOO: undefined } }, 'build arg FOO removed'],
  ['an arg that nothing declares', { args: { OTHER: 'x' } }, REUSE],
  ['a variable in an arg', { env: { APP_VERSION: '2' } }, 'build arg GIVEN changed'],
  ['a label', { config: { labels: '{team: b}' } }, 'label team changed'],
  ['a label added', { config: { labels: '{team: b, tier: x}' } }, 'label tier added'],
  ['a label removed', { config: { labels: '{tier: x}' } }, 'label team removed'],
  ['the target', { config: { target: 'debug' } }, 'target (none) → debug'],
  ['tags', { config: { additional_tags: '[latest, stable]' } }, REUSE],
  ['the description', { config: { description: 'Web.' } }, REUSE],
  ['epoch', { config: { epoch: '2' } }, 'epoch 0 → 2'],
  [
    'several',
    { config: { epoch: '3', labels: '{tier: y}' }, files: { 'conf/a': 'e\n' } },
    'files changed: conf/a (content); label tier changed; epoch 2 → 3',
  ],
  ['all of it back', { config: { epoch: '2', labels: '{tier: x}' }, files: { 'conf/a': 'd\n' } }, REVERTED],
  ['max_age', { config: { max_age: '7d' } }, 'max_age added'],
  [
    'a platform more',
    { config: { platforms: '[linux/amd64, linux/arm64]' } },
    { amd64: REUSE, arm64: 'linux/arm64 is new' },
  ],
  ['the base for both', { base: ['amd64 2', 'arm64 2'] }, 'base BASE:3.22 moved sha256:… → sha256:…'],
  [
    'the base for arm64 alone',
    { base: ['amd64 2', 'arm64 3'] },
    { amd64: REUSE, arm64: 'base BASE:3.22 moved sha256:… → sha256:… (linux/arm64 only)' },
  ],
  ['another base', { args: { BASE: ':3.23' } }, 'base BASE:3.22 replaced by BASE:3.23'],
  ['a platform less', { config: { platforms: '[linux/amd64]' } }, { amd64: REUSE, arm64: '' }],
  ['context_path', { config: { context_path: 'sub' } }, 'context_path . → sub'],
  ['reproducible', { config: { reproducible: 'true' } }, 'reproducible false → true'],
  ['reuse: false', { config: { reuse: 'false' } }, '`reuse: false`'],
];

test.each(CHANGES)('%s', async (_, change, expected) => {
  await make(change);
  const explained = await stage.explain(['web'], env);
  const { answers } = await stage.run(['web'], env);
  const want = typeof expected === 'string' ? { amd64: expected } : expected;
  for (const [architecture, text] of Object.entries(want)) {
    const [would, did] = [explained, answers].map((all) => all[`web linux/${architecture}`]);
    if (text === '') {
      expect([would, did]).toEqual([undefined, undefined]);
    } else if (text === REVERTED) {
      expect(would).toBe('would reuse: built from the same inputs before');
      expect(did).toBe(would);
    } else if (text === REUSE) {
      expect(would).toMatch(/^would reuse: since web-\d{8}-[0-9a-f]{7}(-\d+)?$/);
      expect(did).toBe(would);
    } else {
      const exact = text.replaceAll('BASE', `${server.host}/lib/alpine`);
      expect(would?.replace(/sha256:[0-9a-f]{12}…/g, 'sha256:…')).toBe(`would build: ${exact}`);
      expect(did).toBe(would);
    }
  }
});
