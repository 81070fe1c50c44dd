import { createHash, hash } from 'node:crypto';
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { isPointer } from './lfs-pointers';

/** Up to here a file is read in one go: asynchronous calls cost ten times what reading a small file does. */
const SMALL = 256 * 1024;
const buffer = Buffer.allocUnsafe(SMALL + 1);

export interface HashedFile {
  /** Lower-case hex sha256. */
  readonly hash: string;
  readonly size: number;
  /** See `OpenFile`. */
  readonly executable: boolean;
  /** Whether it looks like a Git LFS pointer. */
  readonly pointer: boolean;
}

export interface OpenFile {
  readonly file: number;
  /** Whether its owner may execute it; the other bits come from a umask. */
  readonly executable: boolean;
}

/** Opens a regular file for reading and follows no link: what was a file when it was listed may be anything now. */
export function openRegular(path: string | Buffer): OpenFile {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stats = fstatSync(file);
  if (stats.isFile()) return { file, executable: (stats.mode & constants.S_IXUSR) !== 0 };
  closeSync(file);
  throw Object.assign(new Error(`${path.toString()} is no regular file`), { code: 'ELOOP' });
}

/** The bytes of a small file, valid until the next call; undefined for a larger one. */
export function readSmall(file: number): Buffer | undefined {
  let size = 0;
  while (size < buffer.length) {
    const read = readSync(file, buffer, size, buffer.length - size, size);
    if (read === 0) return buffer.subarray(0, size);
    size += read;
  }
  return undefined;
}

export function hashBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

/** The file's hash: of a small file at once, of a large one a promise that streams it. */
export function hashFile(path: string | Buffer, signal?: AbortSignal): HashedFile | Promise<HashedFile> {
  const { file, executable } = openRegular(path);
  let small: Buffer | undefined;
  try {
    small = readSmall(file);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  if (small === undefined) return hashStream(file, executable, signal);
  closeSync(file);
  return { hash: hashBytes(small), size: small.length, executable, pointer: isPointer(small) };
}

async function hashStream(file: number, executable: boolean, signal?: AbortSignal): Promise<HashedFile> {
  const state = createHash('sha256');
  let size = 0;
  for await (const chunk of streamFile(file, signal)) {
    state.update(chunk);
    size += chunk.length;
  }
  return { hash: state.digest('hex'), size, executable, pointer: false };
}

/** The open file's bytes from its beginning; closes it. */
export async function* streamFile(file: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const stream = createReadStream('', { fd: file, start: 0, highWaterMark: SMALL });
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    yield chunk as Buffer;
  }
}
