import {
  hasChecksum,
  isZeroBlock,
  paddedSize,
  readNumber,
  readPath,
  readRecords,
  readText,
  TAR_BLOCK,
  TarError,
  type TarOverrides,
} from './tar-header';

/** An entry of a layer's tar, as its headers have it. */
export interface TarEntry {
  /** As written: relative or not, `..` and all. */
  readonly path: string;
  readonly type: 'file' | 'hard link' | 'symlink' | 'directory' | 'other';
  readonly mode: number;
  /** Of the content that follows. */
  readonly size: number;
  /** What a link names; '' for others. */
  readonly target: string;
}

export interface TarVisitor {
  /** How many bytes of the content's beginning are wanted. */
  readonly enter: (entry: TarEntry) => number;
  /** Those bytes, or all that there are. Not called for none. The buffer is the scanner's: valid until it returns. */
  readonly read: (entry: TarEntry, head: Buffer) => void;
}

/** Go's archive/tar, and with it every runtime, refuses larger extended headers. */
const MAX_EXTENDED = 1024 * 1024;
const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hard link',
  '2': 'symlink',
  '5': 'directory',
};

interface Content {
  readonly entry: TarEntry;
  readonly wanted: number;
  readonly padded: number;
}

/** What the next bytes are: a block or a content's head that is gathered, or the rest that is skipped. */
type State =
  | { readonly kind: 'header' }
  | { readonly kind: 'extended'; readonly code: string; readonly size: number }
  | { readonly kind: 'sparse'; readonly content: Content }
  | { readonly kind: 'head'; readonly content: Content }
  | { readonly kind: 'rest' }
  | { readonly kind: 'end' };

/**
 * Reads a tar as it streams by: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, with GNU's long names, sparse headers and
 * base-256 numbers. Keeps one header and what `enter` wants of one file; contents are skipped, not copied, which is what makes it cheap.
 */
export class TarScanner {
  private state: State = { kind: 'header' };
  private gathered: Buffer[] = [];
  private gatheredLength = 0;
  /** Bytes to skip. */
  private rest = 0;
  private overrides: TarOverrides = {};
  private sawZero = false;

  constructor(private readonly visitor: TarVisitor) {}

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.state.kind !== 'end') {
      if (this.state.kind === 'rest') {
        const skipped = Math.min(this.rest, chunk.length - at);
        this.rest -= skipped;
        at += skipped;
        if (this.rest === 0) this.state = { kind: 'header' };
        continue;
      }
      const needed = this.neededBytes();
      const part = chunk.subarray(at, at + needed - this.gatheredLength);
      this.gathered.push(part);
      this.gatheredLength += part.length;
      at += part.length;
      if (this.gatheredLength === needed) this.consume();
    }
    // The chunk is not ours to keep.
    if (this.gathered.length > 0) this.gathered = [Buffer.concat(this.gathered)];
  }

  /** Throws where the tar stops in the midst of an entry. */
  end(): void {
    if (this.state.kind === 'end' || (this.state.kind === 'header' && this.gatheredLength === 0)) return;
    throw new TarError('it ends in the midst of an entry');
  }

  private neededBytes(): number {
    if (this.state.kind === 'extended') return paddedSize(this.state.size);
    if (this.state.kind === 'head') return this.state.content.wanted;
    return TAR_BLOCK;
  }

  private consume(): void {
    const [only] = this.gathered;
    const bytes = only !== undefined && this.gathered.length === 1 ? only : Buffer.concat(this.gathered);
    this.gathered = [];
    this.gatheredLength = 0;
    const { state } = this;
    if (state.kind === 'header') this.readHeader(bytes);
    else if (state.kind === 'extended') this.readExtended(state.code, bytes.subarray(0, state.size));
    else if (state.kind === 'sparse') this.openContent(state.content, bytes[504] === 1);
    else if (state.kind === 'head') {
      const { entry, wanted, padded } = state.content;
      this.visitor.read(entry, bytes);
      this.skip(padded - wanted);
    }
  }

  private skip(length: number): void {
    this.rest = length;
    this.state = { kind: length === 0 ? 'header' : 'rest' };
  }

  private readHeader(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (this.sawZero) this.state = { kind: 'end' };
      this.sawZero = true;
      return;
    }
    if (this.sawZero || !hasChecksum(block)) throw new TarError('a header in it is none');
    const code = String.fromCharCode(block[156] ?? 0);
    const size = readNumber(block, 124, 12);
    if ('xgLK'.includes(code)) {
      if (size > MAX_EXTENDED) throw new TarError('an extended header in it is larger than 1 MiB');
      if (size > 0) this.state = { kind: 'extended', code, size };
      return;
    }
    const { overrides } = this;
    this.overrides = {};
    const path = overrides.path ?? readPath(block);
    const written = TYPES[code] ?? 'other';
    const type = written === 'file' && path.endsWith('/') ? 'directory' : written;
    const link = type === 'hard link' || type === 'symlink';
    // Whatever their headers claim, no content follows links, directories, devices (3, 4) and FIFOs (6).
    const bare = link || type === 'directory' || '346'.includes(code);
    const entry: TarEntry = {
      path,
      type,
      mode: readNumber(block, 100, 8),
      size: bare ? 0 : (overrides.size ?? size),
      target: link ? (overrides.target ?? readText(block, 157, 100)) : '',
    };
    const wanted = Math.min(this.visitor.enter(entry), entry.size);
    const sparse = code === 'S';
    this.openContent(
      { entry, wanted: sparse ? 0 : wanted, padded: paddedSize(entry.size) },
      sparse && block[482] === 1,
    );
  }

  /** GNU's old sparse files have more header blocks before their content. */
  private openContent(content: Content, moreHeaders: boolean): void {
    if (moreHeaders) this.state = { kind: 'sparse', content };
    else if (content.wanted > 0) this.state = { kind: 'head', content };
    else this.skip(content.padded);
  }

  private readExtended(code: string, bytes: Buffer): void {
    this.state = { kind: 'header' };
    if (code === 'L') this.overrides.path = readText(bytes, 0, bytes.length);
    else if (code === 'K') this.overrides.target = readText(bytes, 0, bytes.length);
    else if (code === 'x') Object.assign(this.overrides, readRecords(bytes));
  }
}
