import { appendLines } from './append-lines';

describe('appendLines', () => {
  it.each([
    ['an empty file', '', 'a\nb\n'],
    ['a file with one of them', 'a\n', 'a\nb\n'],
    ['a file without a last line end', 'x', 'x\na\nb\n'],
    ['a file of CRLF lines', 'x\r\nb\r\n', 'x\r\nb\r\na\r\n'],
    ['a file of CRLF lines without a last line end', 'x\r\ny', 'x\r\ny\r\na\r\nb\r\n'],
    ['a file with spaces around', ' a \nb\t\n', ' a \nb\t\n'],
    ['a file that has both, in another order, without a last line end', 'b\na', 'b\na'],
  ])('adds to %s what it lacks, once', (_, before, after) => {
    expect(appendLines(before, ['a', 'b'])).toBe(after);
    expect(appendLines(after, ['a', 'b'])).toBe(after);
  });
});
