import fc from 'fast-check';
import { parse } from 'yaml';
import { HOSTILE } from '../../../testing/hostile-values';
import { yamlText } from './yaml-text';

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replace(/[\ud800-\udfff]/gu, '?')),
  fc.string({
    unit: fc.constantFrom(' ', '\t', '\n', '\r', 'a', ':', '#', '-', '"', '\\', '\u0085', '\u2028', '\ufeff'),
  }),
  fc.constantFrom(...HOSTILE.slice(0, -1), 'yes', 'null', '~', '1e3', ':symbol', '=', '<<', '12:30:45', '0x1', '.inf'),
  fc.array(fc.constantFrom('  a', 'b', '', '\t', "c 'd'"), { minLength: 1 }).map((lines) => `${lines.join('\n')}\n`),
);

test.each(['1.1', '1.2'] as const)('YAML %s reads every string as it was', (version) => {
  fc.assert(
    fc.property(fc.array(TEXT), TEXT, (script, value) => {
      const data = { 'build web amd64': { script, variables: { A: { value, expand: false } } } };
      const text = yamlText(data);
      expect(parse(text, { version })).toEqual(data);
      // eslint-disable-next-line no-control-regex -- what a strict reader refuses, or takes for the end of a line
      expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/);
    }),
    { numRuns: 300 },
  );
});

test('lines stand as lines, and nothing is shared by an alias', () => {
  const job = { script: ["echo 'a'\necho b\n"] };
  expect(yamlText({ a: job, b: job })).toBe(
    ['a', 'b'].map((name) => `${name}:\n  script:\n    - |\n      echo 'a'\n      echo b\n`).join(''),
  );
});
