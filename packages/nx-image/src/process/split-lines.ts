import { StringDecoder } from 'node:string_decoder';

/** A longer line is handed on in pieces of this many UTF-16 units: a builder that prints a file must not fill the memory. */
export const LONGEST_LINE = 1024 * 1024;

const LINE_END = /\r\n|\n|\r/;

/**
 * Bytes in, lines out. A line ends with LF, CRLF or CR; what a lone CR ends is a state of a progress bar, so that an empty one is no line.
 * UTF-8 may be split anywhere between chunks; bytes that are none become U+FFFD.
 */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  /** The last chunk ended with CR, behind a line or behind nothing: a LF at the beginning of the next belongs to it. */
  private returned: 'no' | 'line' | 'nothing' = 'no';

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Uint8Array): void {
    this.take(this.decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  }

  /** Hands on the last line where it has no line end. */
  end(): void {
    this.take(this.decoder.end());
    if (this.rest !== '') this.onLine(this.rest);
    this.rest = '';
  }

  private take(decoded: string): void {
    if (decoded === '') return;
    let text = decoded;
    if (this.returned !== 'no' && text.startsWith('\n')) {
      text = text.slice(1);
      if (this.returned === 'nothing') this.onLine('');
    }
    this.returned = 'no';
    const end = new RegExp(LINE_END, 'g');
    let start = 0;
    for (let match = end.exec(text); match !== null; match = end.exec(text)) {
      this.extend(text.slice(start, match.index));
      const line = this.rest;
      this.rest = '';
      if (line !== '' || match[0] !== '\r') this.onLine(line);
      start = end.lastIndex;
      if (match[0] === '\r' && start === text.length) this.returned = line === '' ? 'nothing' : 'line';
    }
    this.extend(text.slice(start));
  }

  private extend(piece: string): void {
    this.rest += piece;
    while (this.rest.length > LONGEST_LINE) {
      const last = this.rest.charCodeAt(LONGEST_LINE - 1);
      const length = last >= 0xd800 && last < 0xdc00 ? LONGEST_LINE - 1 : LONGEST_LINE;
      this.onLine(this.rest.slice(0, length));
      this.rest = this.rest.slice(length);
    }
  }
}
