import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { createWriteStream, fstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FIXED_TIME } from '../../source/context-writer';
import { openRegular, streamFile } from '../../source/hash-file';
import type { ContextEntry } from '../../source/source';
import { TAR_BLOCK } from '../checks/tar-header';

/** As the copy of a context has them. */
const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;
const TIME = FIXED_TIME.getTime() / 1000;
const NAME_BYTES = 100;
const MAX_OCTAL_SIZE = 8 ** 11 - 1;

interface TarEntry {
  readonly name: string;
  readonly type: '0' | '2' | '5' | 'L' | 'K';
  readonly mode: number;
  readonly size: number;
  readonly link?: string;
}

/**
 * A tar of the entries, which lie in `from`: what programs from busybox on unpack, and the same bytes for the same entries. Long names are GNU's. Answers the sha256 of each file, in
 * hex, by its path.
 */
export async function writeTar(
  file: string,
  entries: readonly ContextEntry[],
  from: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  const stream = createWriteStream(file, { mode: 0o644 });
  const ended = new Promise<void>((resolve, reject) => {
    stream.once('error', reject).once('close', resolve);
  });
  // Told by `ended`.
  ended.catch(() => undefined);
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain', { signal }), ended]);
  };
  try {
    for (const entry of entries) await writeEntry(write, entry, from, hashes, signal);
    await write(Buffer.alloc(2 * TAR_BLOCK));
    stream.end();
    await ended;
    return hashes;
  } catch (error) {
    stream.destroy();
    rmSync(file, { force: true });
    throw error;
  }
}

async function writeEntry(
  write: (bytes: Uint8Array) => Promise<void>,
  { path, kind, content }: ContextEntry,
  from: string,
  hashes: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  if (kind === 'symlink') {
    return write(headersOf({ name: path, type: '2', mode: 0o777, size: 0, link: content }));
  }
  if (kind === 'directory') return write(headersOf({ name: `${path}/`, type: '5', mode: PROGRAM_MODE, size: 0 }));
  // In the store it is whole, and nobody writes into it.
  const { file } = openRegular(join(from, path));
  const { size } = fstatSync(file);
  const hash = createHash('sha256');
  let written = 0;
  await write(headersOf({ name: path, type: '0', mode: kind === 'executable' ? PROGRAM_MODE : FILE_MODE, size }));
  for await (const chunk of streamFile(file, signal)) {
    hash.update(chunk);
    written += chunk.length;
    await write(chunk);
  }
  if (written !== size) throw new Error(`${path} was ${size} bytes long, and then ${written}`);
  await write(Buffer.alloc(paddingOf(size)));
  hashes.set(path, hash.digest('hex'));
}

/** The entry's header, behind those of names that it has no room for. */
function headersOf(entry: TarEntry): Buffer {
  const long = (type: 'L' | 'K', text: string): Buffer => {
    const bytes = Buffer.from(`${text}\0`);
    const header = headerOf({ name: '././@LongLink', type, mode: 0, size: bytes.length });
    return Buffer.concat([header, bytes, Buffer.alloc(paddingOf(bytes.length))]);
  };
  const { name, link = '' } = entry;
  return Buffer.concat([
    ...(Buffer.byteLength(link) > NAME_BYTES ? [long('K', link)] : []),
    ...(Buffer.byteLength(name) > NAME_BYTES ? [long('L', name)] : []),
    headerOf(entry),
  ]);
}

/** https://www.gnu.org/software/tar/manual/html_node/Standard.html, in GNU's form. */
function headerOf({ name, type, mode, size, link = '' }: TarEntry): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  const put = (bytes: Uint8Array, at: number, most: number): void => {
    block.set(bytes.subarray(0, most), at);
  };
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  put(Buffer.from(name), 0, NAME_BYTES);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  if (size <= MAX_OCTAL_SIZE) octal(size, 124, 12);
  else {
    block.writeBigUInt64BE(BigInt(size), 128);
    block[124] = 0x80;
  }
  octal(TIME, 136, 12);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  put(Buffer.from(link), 157, NAME_BYTES);
  block.write('ustar  \0', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function paddingOf(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}
