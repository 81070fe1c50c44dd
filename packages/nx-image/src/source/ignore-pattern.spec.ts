import fc from 'fast-check';
import { IgnorePattern, PatternError, StepsSpent } from './ignore-pattern';

const matches = (pattern: string, path: string) => new IgnorePattern(pattern, { left: 1e6 }).matches(path);

it.each([
  ['a', 'a', true],
  ['a', 'a/b/c', true],
  ['a', 'ab', false],
  ['a/b', 'a', false],
  ['*', 'a/b', true],
  ['*/b', 'a/b/c', true],
  ['*/b', 'b', false],
  ['**', 'a/b', true],
  ['**/b', 'b', true],
  ['**/b', 'a/x/b/c', true],
  ['**/b', 'xb', false],
  ['a/**', 'a/b/c', true],
  ['a/**', 'a', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'axb', false],
  ['a**b', 'ab', true],
  ['a**b', 'ax/b', true],
  ['a**b', 'axb', false],
  ['**/**/b', 'x/b', true],
  ['***/b', 'x/b', true],
  ['**.log', 'x.log', true],
  ['**.log', 'a/x.log/b', true],
  ['**.log', 'x.logs', false],
  ['**a/b', 'xa/b', true],
  ['**.l?g', 'x.log', false],
  ['**.l?g', 'a/.log', true],
  ['?', '\u{1f600}', true],
  ['?', '/', false],
  ['[a-c]1', 'b1', true],
  ['[^a-c]1', 'b1', false],
  ['[]-]1', '-1', undefined],
  ['[\\]-]1', ']1', true],
  ['[a-]', '-', true],
  ['x]', 'x]', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['\\d', 'd', true],
  ['a.b', 'axb', false],
])('%s with %s: %s', (pattern, path, answer) => {
  if (answer === undefined) expect(() => matches(pattern, path)).toThrow(PatternError);
  else expect(matches(pattern, path)).toBe(answer);
});

it.each(['[', '[a', '[]', '[^]', '[z-a]', '[a-', 'a\\', '[a\\'])('%s is none', (pattern) => {
  expect(() => matches(pattern, 'a')).toThrow(PatternError);
});

/** Docker's own way: a regular expression, which may take for ever; or, of plain characters behind `**`, a suffix. */
function asExpression(pattern: string): RegExp {
  const suffix = /^\*\*([^*?/][^*?]*)$/.exec(pattern)?.[1];
  if (suffix !== undefined) return new RegExp(`${suffix}$`);
  const text = pattern
    .replace(/\*\*\/?$/, '\0')
    .replace(/\*\*\/?/g, '\x01')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]')
    .replaceAll('\x01', '(.*/)?')
    .replaceAll('\0', '.*');
  return new RegExp(`^${text}$`);
}

it('matches as Docker’s regular expressions do', () => {
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?', '/**/'), { minLength: 1, maxLength: 7 })
    .map((parts) =>
      parts
        .join('')
        .replace(/\*{3,}/g, '**')
        .replace(/(?:\*\*\/)+/g, '**/'),
    );
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'ba'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(pattern, path, (text, name) => {
      const above = name.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      expect(matches(text, name)).toBe(above.some((one) => asExpression(text).test(one)));
    }),
    { numRuns: 5000 },
  );
});

it('takes no more steps than pattern and path are long, and no more than are left', () => {
  const budget = { left: 1e6 };
  const bomb = new IgnorePattern(`${'**/*a'.repeat(100)}b`, budget);
  expect(bomb.matches(`${'a/'.repeat(500)}a`)).toBe(false);
  expect(() => {
    for (let index = 0; index < 1000; index++) bomb.matches(`${'a/'.repeat(500)}a`);
  }).toThrow(StepsSpent);
});
