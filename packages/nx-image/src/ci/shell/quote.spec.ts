import fc from 'fast-check';
import { HOSTILE } from '../../../testing/hostile-values';
import { jobDirectory } from './job-words';
import { quoteShell } from './quote';

const PART = /'([^']*)'|\\(')|"\$\(printf '((?:\\[0-3][0-7]{2})+)'\)"|"\$(hephy_\w+)"|([\w./:@%+,=-])/y;

/** What a shell makes of a word: quotes are taken off, and the two substitutions that `quoteShell` makes are made. */
function readWord(word: string): string {
  const part = new RegExp(PART);
  let text = '';
  while (part.lastIndex < word.length) {
    const found = part.exec(word);
    if (found === null) throw new Error(`not one word: ${word}`);
    const [, single, escaped, octal, name, plain] = found;
    if (octal !== undefined)
      text += Buffer.from(
        octal
          .split('\\')
          .slice(1)
          .map((digits) => parseInt(digits, 8)),
      ).toString();
    else text += name === 'hephy_cr' ? '\r' : name === undefined ? (single ?? escaped ?? plain ?? '') : `{${name}}`;
  }
  return text;
}

// eslint-disable-next-line no-control-regex -- what must not be there
const FRAGILE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\$\[\[/;
const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '"', '$', '[', '`', '\\', '\n', '\r', ' ', 'a', '\u0085', '\ufeff') }),
  fc.constantFrom(...HOSTILE.slice(0, -1)),
);

test('any text is one word that a shell reads as that text, of characters that nobody changes on the way', () => {
  fc.assert(
    fc.property(TEXT, (raw) => {
      const text = raw.replaceAll('\0', '').replace(/[\ud800-\udfff]/gu, '\ufffd');
      const word = quoteShell(raw.replaceAll('\0', ''));
      return readWord(word) === text && !FRAGILE.test(word) && word !== '';
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['plain/word:1.2@x', 'plain/word:1.2@x'],
  ['', "''"],
  ['~', "'~'"],
  ["it's", `'it'\\''s'`],
  ['a\r\n', `'a'"$hephy_cr"'\n'`],
  ['\u0007', `''"$(printf '\\007')"''`],
  ['$[[ inputs.x ]]', `'$''[[ inputs.x ]]'`],
  ['\ud800', `'\ufffd'`],
])('%j is %s', (text, word) => {
  expect(quoteShell(text)).toBe(word);
});

test('NUL is a bug', () => {
  expect(() => quoteShell('a\0b')).toThrow(/NUL/);
});

describe('the directory of a job', () => {
  test('stands where a path has it, outside of the quotes, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(TEXT, fc.constantFrom('/hephy-job', '/hephy-job-1/x'))), (values) => {
        const texts = values.map((value) => value.replaceAll('\0', '').replace(/[\ud800-\udfff]/gu, '?'));
        const { path, word } = jobDirectory(texts);
        return (
          texts.every((text) => readWord(word(text)) === text) &&
          readWord(word(`--flag=${path}/a b`)) === '--flag={hephy_job}/a b'
        );
      }),
    );
  });
});

test('long texts too', () => {
  const text = HOSTILE.at(-1) ?? '';
  expect(readWord(quoteShell(text))).toBe(text);
});
