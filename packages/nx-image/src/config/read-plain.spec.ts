import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readPlain } from './read-plain';
import { readYaml } from './read-yaml';

const SCALARS = [
  'a',
  'v1.10',
  '"a b"',
  "'a, b'",
  "'it''s'",
  '"a\\tb"',
  '""',
  '-x',
  '- x',
  '#x',
  'a#b',
  'a # b',
  'a: b',
  'a:',
  ':a',
  'a:b',
  '~',
  'null',
  'true',
  '{a: b}',
  '{ a: "b", c: d } # e',
  '{a}',
  '{}',
  '[]',
  '[a, b]',
  '[a,b ,"c"] # d',
  '["a, b"]',
  "['a]']",
  '[a, ]',
  '[, a]',
  '[a: b]',
  '[a b, c d]',
  '[[a]]',
  '${X}',
  '[${X}]',
  '*a',
  '&a b',
  '!t a',
  '|',
  '>-',
  '@a',
  '%a',
  '`a`',
  '? a',
  'ü',
  '\u3000a',
  'a\tb',
  '"a" b',
  '"a" # b',
  '"a"#b',
  'a]',
  'a }',
  '=',
  '<<',
  '...',
  '---',
  '',
];
const scalar = fc.oneof(fc.constantFrom(...SCALARS), fc.stringMatching(/^[ -~]{0,12}$/));
const key = fc.constantFrom('a', 'b', 'c', 'd', 'target', '<<', '"q"', 'x.y/z-1', '1', 'null', '__proto__', 'a b', 'ü');
const colon = fc.constantFrom(': ', ': ', ': ', ':', ' : ', ':  ');
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((all) => all.join(''));

/** Lines that make sense one after the other: a pair, or a key and what is below it. */
const block = fc.oneof(
  joined(key, colon, scalar).map((line) => [line]),
  fc
    .tuple(
      key,
      fc.constantFrom('', '  ', '    '),
      fc.array(joined(fc.constantFrom('- ', '-  '), scalar), { maxLength: 3 }),
    )
    .map(([name, indent, items]) => [`${name}:`, ...items.map((item) => indent + item)]),
  fc
    .tuple(key, fc.constantFrom(' ', '  '), fc.array(joined(key, colon, scalar), { maxLength: 3 }))
    .map(([name, indent, pairs]) => [`${name}: # c`, ...pairs.map((pair) => indent + pair)]),
);
/** Mappings and lists in mappings. */
const nested = fc
  .tuple(
    key,
    fc.constantFrom(' ', '  '),
    fc.array(
      fc.tuple(
        joined(key, fc.constantFrom(':', ':', ': # c', ': a', ': {a: b}')),
        fc.constantFrom('', ' ', '  '),
        fc.array(
          fc.oneof(
            joined(key, colon, scalar),
            joined(fc.constant('- '), scalar),
            fc.constantFrom('- a', 'a: [b]', 'c:', '  d: e', '  - f', '- g'),
          ),
          { maxLength: 3 },
        ),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([name, indent, parts]) => [
    `${name}:`,
    ...parts.flatMap(([head, more, lines]) => [indent + head, ...lines.map((line) => indent + more + line)]),
  ]);
/** The same, indented any way. */
const uneven = fc
  .tuple(
    key,
    fc.array(joined(fc.constantFrom('', ' ', '  '), fc.constantFrom('- a', 'b: c', '# d', 'e')), { maxLength: 3 }),
  )
  .map(([name, lines]) => [`${name}:`, ...lines]);
/** Lines that may stand anywhere, and those that may not. */
const noise = joined(
  fc.constantFrom('', '', ' ', '  ', '\t'),
  fc.oneof(fc.constantFrom('# c', '#', '', '---', '...', '%YAML 1.2', '--- a', '---a', '-', '- a', 'x: y'), scalar),
).map((line) => [line]);
const text = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: block },
        { weight: 3, arbitrary: nested },
        { weight: 2, arbitrary: uneven },
        { weight: 1, arbitrary: noise },
      ),
      { maxLength: 4 },
    ),
    fc.constantFrom('\n', '\n', '\n', '\r\n', ' \n', '\r'),
    fc.constantFrom('', '\n', '\r\n', '\r'),
  )
  .map(([blocks, end, last]) => blocks.flat().join(end) + last);

describe('readPlain', () => {
  const agree = (source: string): boolean => {
    const plain = readPlain(source);
    if (plain === undefined) return false;
    const { root, problems } = readYaml(source);
    expect([source, problems]).toEqual([source, []]);
    expect([source, plain]).toEqual([source, root]);
    return true;
  };

  it.each([
    'a: $',
    'a: b\nc: $ # d',
    'a:\n  - $',
    'a:\n- b\n- $\nc: d',
    'a:\n  b: c\n  d: $',
    'a: [b, $]',
    'a: {b: $}',
    '$: a',
    'a: $\n  b',
    'a:\n  b:\n    c: $\n  d: e',
    'a:\n  b:\n  - $\n  c: d',
    'a:\n  b: {c: $}\n  d: [$]',
    '$',
  ])('agrees with the parser for each scalar in «%s»', (place) => {
    for (const one of SCALARS) agree(place.replace('$', () => one));
  });

  it('agrees with the parser wherever it answers', () => {
    let answered = 0;
    fc.assert(
      fc.property(text, (source) => {
        if (agree(source)) answered += 1;
      }),
      { numRuns: 8000 },
    );
    expect(answered).toBeGreaterThan(600);
  });

  it.each([
    'upstream',
    'crlf',
    'no-final-newline',
    'branch',
    'commit',
    'build-backend',
    'comments-only',
    'long-list-at-margin',
  ])('answers for %s', (name) => {
    expect(readPlain(readFileSync(join(__dirname, 'fixtures/legacy', `${name}.yaml`), 'utf8'))).toBeDefined();
  });

  it('answers for what the generator and the documentation write', () => {
    const source = [
      '# yaml-language-server: $schema=../../node_modules/@hephy/nx-image/build-config.schema.json',
      'description: A page',
      'platforms: [linux/amd64, linux/arm64]',
      'labels:',
      '  org.opencontainers.image.title: Page',
      'additional_tags:',
      '  - latest',
      '  - { tag: debian-12, moving: true }',
      'variants:',
      '  warmer: { target: warmer }',
      '  debug:',
      '    target: debug',
      '    build_args: [A=b]',
      '    additional_tags:',
      '      - latest',
      '    labels:',
      '      org.x: y',
    ].join('\n');
    expect(readPlain(source)).toEqual(
      Object.assign(Object.create(null), {
        description: 'A page',
        platforms: ['linux/amd64', 'linux/arm64'],
        labels: { 'org.opencontainers.image.title': 'Page' },
        additional_tags: ['latest', { tag: 'debian-12', moving: 'true' }],
        variants: {
          warmer: { target: 'warmer' },
          debug: { target: 'debug', build_args: ['A=b'], additional_tags: ['latest'], labels: { 'org.x': 'y' } },
        },
      }),
    );
  });

  it('leaves what is wrong to the parser', () => {
    for (const source of [
      'a: b\na: c',
      'a: b\n  c',
      'a:\n  - b\n c: d',
      'a:\n\t- b',
      '- a',
      'a: b\n---\nc: d',
      ' a: b',
      'a:\n    b: c\n  d: e',
    ]) {
      expect(readPlain(source)).toBeUndefined();
    }
  });
});
