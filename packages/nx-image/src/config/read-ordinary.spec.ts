import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { BuildConfig } from './build-config';
import { loadBuildConfig } from './load-build-config';
import { readOrdinary } from './read-ordinary';

/** The long way: what comes as bytes takes no shortcut. */
function loadLong(text: string): BuildConfig | undefined {
  try {
    return loadBuildConfig(Buffer.from(text), 'build-config.yaml');
  } catch {
    return undefined;
  }
}

/** Whether it was read at all. */
function agrees(text: string): boolean {
  const ordinary = readOrdinary(text);
  if (ordinary !== undefined) expect([text, ordinary]).toEqual([text, loadLong(text)]);
  return ordinary !== undefined;
}

const KEYS = [
  'version',
  'upstream_repo',
  'upstream_ref',
  'dockerfile_path',
  'target',
  'context_path',
  'build_args',
  'platforms',
  'additional_tags',
  'description',
  'reuse',
  'variants',
  'nonsense',
];
const WORDS = [
  '1',
  '""',
  "''",
  '"a"',
  "'b",
  '.',
  '..',
  '...',
  './deploy//x/../Dockerfile',
  '/etc',
  'a/',
  'null',
  '"null"',
  '~',
  'true',
  '1.10',
  'v1.25.3',
  'latest',
  'A=1',
  'A=',
  'A=b:c=d',
  'B=$X',
  'B=${X}',
  'A',
  '=',
  'ECR_REGISTRY=x',
  'linux/amd64',
  'linux/amd64/v1',
  'linux/arm64',
  'linux/arm64/v8',
  'linux/amd46',
  'https://github.com/owner/name.git',
  'https://user:pass@github.com/a/b',
  'git@github.com:a/b.git',
  'ext::sh',
  '-x',
  'a b',
  'a:',
  'a: b',
  'a #c',
  '#c',
  '{upstream_ref}-x',
  'x@y',
  '*a',
  '.lock',
  'a..b',
  '',
];

const word = fc.constantFrom(...WORDS);
const pair = fc.record({
  key: fc.constantFrom(...KEYS),
  value: fc.oneof(
    word,
    fc.array(word, { maxLength: 3 }).map((words) => `[${words.join(', ')}]`),
    fc
      .tuple(fc.array(word, { maxLength: 3 }), fc.constantFrom('', '  ', '    '))
      .map(([words, indent]) => words.map((one) => `\n${indent}- ${one}`).join('')),
  ),
});
const lines = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: pair.map(({ key, value }) => `${key}:${value.startsWith('\n') ? '' : ' '}${value}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('# a', '', '  # b', '- a', '---', '...', '\ttarget: a', 'target:a', '  - z'),
    },
  ),
  { maxLength: 5 },
);

test('what it reads is what the parser, the checks and the conversion make of it', () => {
  let read = 0;
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n'), (some, end) => {
      if (agrees(some.join('\n').replaceAll('\n', end))) read += 1;
    }),
    { numRuns: 20_000 },
  );
  expect(read).toBeGreaterThan(1000);
});

test('the same of every fixture', () => {
  const files = (directory: string): string[] =>
    readdirSync(directory).flatMap((name) => {
      const path = join(directory, name);
      return statSync(path).isDirectory() ? files(path) : [path];
    });
  for (const file of files(join(__dirname, 'fixtures'))) agrees(readFileSync(file, 'utf8'));
});

test('files as they are written are ordinary', () => {
  const local =
    '# web\ntarget: ""\ncontext_path: .\nbuild_args:\n  - A=1\n\nplatforms: [linux/amd64, linux/arm64]\nadditional_tags:\n- v1\n- latest\n';
  const upstream =
    'upstream_repo: https://github.com/a/b\nupstream_ref: v1\ndockerfile_path: deploy/Dockerfile\nbuild_args: []\nadditional_tags: ["v1", latest]';
  for (const text of [local, upstream, 'additional_tags: [latest]', '']) {
    expect(readOrdinary(text)).toBeDefined();
    agrees(text);
  }
});

test.each([
  'target: [a]',
  'platforms: []',
  'platforms: [linux/amd64, linux/amd64/v1]',
  'additional_tags: [a, a]',
  'build_args: [A=1, A=2]',
  'upstream_repo: https://github.com/a/b',
  'target: a\ntarget: b',
  'build_args:\n  - A=1\n - B=2',
  `# ${'x'.repeat(9000)}`,
])('nothing of %j, which is another reader’s', (text) => {
  expect(readOrdinary(text)).toBeUndefined();
});
