import fc from 'fast-check';
import { LONGEST_LINE, LineSplitter } from './split-lines';

function split(...chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('ends lines at LF, CRLF and CR', () => {
    expect(split(Buffer.from('a\nb\r\n\nc\rd'))).toEqual(['a', 'b', '', 'c', 'd']);
  });

  it('takes the states of a progress bar as lines', () => {
    expect(split(Buffer.from('\r 10%\r 20%\r\r100%\ndone\n'))).toEqual([' 10%', ' 20%', '100%', 'done']);
  });

  it('takes a CRLF between chunks as one end', () => {
    expect(split(Buffer.from('a\r'), Buffer.from('\nb\r'), Buffer.from('c'))).toEqual(['a', 'b', 'c']);
    expect(split(Buffer.from('\r'), Buffer.from('\n'))).toEqual(['']);
  });

  it('gives the same lines however the bytes are cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r\n', ' '), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(80)), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const places = [...new Set(cuts.filter((cut) => cut < bytes.length))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
        expect(split(...chunks)).toEqual(split(bytes));
        expect(split(bytes).join('\n')).toBe(whole.replaceAll('\r\n', '\n').replace(/\n$/, ''));
      }),
    );
  });

  it('hands on a line without end in pieces, characters whole', () => {
    const pieces = split(Buffer.from(`x${'😀'.repeat(LONGEST_LINE)}`));
    expect(pieces.length).toBe(3);
    expect(pieces.join('')).toBe(`x${'😀'.repeat(LONGEST_LINE)}`);
    expect(pieces.every((piece) => piece.length <= LONGEST_LINE && !/^[\udc00-\udfff]/.test(piece))).toBe(true);
  });
});
