import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { quoteWord } from './quote-word';

describe('quoteWord', () => {
  it.each([
    ['--context=dir:///context', '--context=dir:///context'],
    ['', "''"],
    ['A=b c', "'A=b c'"],
    ["it's", "'it'\\''s'"],
    ['$HOME', "'$HOME'"],
    ['*', "'*'"],
    ['~', "'~'"],
    ["a\nb'\u001b", "$'a\\nb\\'\\u001b'"],
  ])('%j is %s', (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
  });

  it('is one line that a shell reads back as the same words', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '\\', '$', '`', '\n', '\t', '!', '#', '\u001b', '€'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
        const line = words.map(quoteWord).join(' ');
        expect(line).not.toMatch(/\n/);
        const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${line}`], {
          encoding: 'utf8',
          env: { LC_ALL: 'C.UTF-8' },
        });
        expect(stdout.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });
});
