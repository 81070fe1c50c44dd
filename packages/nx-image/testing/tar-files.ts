import { Header, Pax } from 'tar';

/** An entry of a tar made in memory. */
export interface TarFile {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly link?: string;
  readonly type?:
    'File' | 'OldFile' | 'Link' | 'SymbolicLink' | 'Directory' | 'CharacterDevice' | 'FIFO' | 'GNUDumpDir';
}

/** Headers, extended ones where a path needs them, contents, padding; without the two zero blocks at the end. */
export function tarEntries(files: readonly TarFile[]): Buffer {
  return Buffer.concat(files.flatMap(tarEntry));
}

export function tarFile(files: readonly TarFile[]): Buffer {
  return Buffer.concat([tarEntries(files), Buffer.alloc(1024)]);
}

function tarEntry({
  path,
  content = '',
  mode = 0o644,
  link,
  type = link === undefined ? 'File' : 'SymbolicLink',
}: TarFile): Buffer[] {
  const bytes = Buffer.from(content);
  const fields = {
    path,
    mode,
    size: bytes.length,
    type,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
    ...(link === undefined ? {} : { linkpath: link }),
  };
  const block = Buffer.alloc(512);
  const needsPax = new Header(fields).encode(block, 0);
  const pax = needsPax ? [new Pax({ path, ...(link === undefined ? {} : { linkpath: link }) }).encode()] : [];
  return [...pax, block, bytes, Buffer.alloc(-bytes.length & 511)];
}

/** GNU's way of a long name or link: a file of its own before the entry. */
export function gnuLong(kind: 'L' | 'K', text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  return extendedHeader(kind, bytes);
}

/** A header of type x, g, L or K and what it holds. */
export function extendedHeader(code: string, bytes: Buffer, size = bytes.length): Buffer {
  const block = Buffer.alloc(512);
  new Header({ path: '././@LongLink', mode: 0, size, type: 'File', mtime: new Date(0), uid: 0, gid: 0 }).encode(
    block,
    0,
  );
  block.write(code, 156, 'latin1');
  fixChecksum(block);
  return Buffer.concat([block, bytes, Buffer.alloc(-bytes.length & 511)]);
}

export function fixChecksum(block: Buffer): void {
  block.fill(0x20, 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
