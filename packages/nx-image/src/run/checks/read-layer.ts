import { pipeline } from 'node:stream/promises';
import { posix } from 'node:path';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { HephyError } from '../../errors/hephy-error';
import type { Digest } from '../../oci/digest';
import { ELF_HEAD, readElf } from './elf';
import { TarError } from './tar-header';
import { TarScanner, type TarEntry } from './tar-scanner';

/** What of a layer says for which CPU it is; paths are absolute and normal. */
export interface LayerFiles {
  readonly files: ReadonlyMap<string, LayerFile>;
  /** Whiteouts: what lower layers have there is gone. */
  readonly removed: ReadonlySet<string>;
  /** Opaque whiteouts: what lower layers have below is gone. */
  readonly emptied: ReadonlySet<string>;
  /** Why the layer could not be looked into, or not wholly. */
  readonly note?: string;
}

/** Executables and links; other files are not kept. */
export type LayerFile =
  | { readonly kind: 'elf'; readonly architecture: string; readonly interpreter?: string }
  /** `#!` and what follows it on the line. */
  | { readonly kind: 'script'; readonly interpreter: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'symlink' | 'hard link'; readonly target: string };

/** Longer ones no kernel takes. */
export const MAX_PATH = 4096;
/** Characters of all paths together: a layer that has more is not looked into to its end. */
const MAX_PATHS = 32 * 1024 * 1024;
const MAX_SHEBANG = 256;
const GUNZIP = { chunkSize: 128 * 1024 };

/** Throws IMAGE_UNREADABLE for what no runtime could unpack, and whatever the blob's stream throws. */
export async function readLayer(blob: AsyncIterable<Uint8Array>, digest: Digest): Promise<LayerFiles> {
  const reader = layerReader();
  const scanner = new TarScanner(reader);
  const { kind, chunks } = await sniff(blob);
  const decompress = kind === 'gzip' ? zlib.createGunzip(GUNZIP) : kind === 'zstd' ? openZstd() : undefined;
  if (kind === 'zstd' && decompress === undefined) {
    // Read to its end all the same: that is what verifies the blob.
    let size = 0;
    for await (const chunk of chunks) size += chunk.length;
    const note = `${digest} (${size} bytes of zstd) was not looked into`;
    return { files: new Map(), removed: new Set(), emptied: new Set(), note };
  }
  const scan = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) scanner.push(asBuffer(chunk));
    scanner.end();
  };
  try {
    if (decompress !== undefined) await pipeline(chunks, decompress, scan);
    else await scan(chunks);
  } catch (error) {
    if (!(error instanceof TarError) && !isZlibError(error)) throw error;
    throw new HephyError('IMAGE_UNREADABLE', `the layer ${digest} cannot be unpacked: ${error.message}`, {
      hint: 'Build the image anew; if it stays so, the builder or the registry is broken.',
      cause: error,
    });
  }
  return reader.layer(digest);
}

/** undefined before Node 22.15, which has none. */
function openZstd(): Transform | undefined {
  return (zlib as { readonly createZstdDecompress?: () => Transform }).createZstdDecompress?.();
}

function layerReader() {
  const files = new Map<string, LayerFile>();
  const removed = new Set<string>();
  const emptied = new Set<string>();
  let room = MAX_PATHS;
  const keep = (path: string, file: LayerFile): void => {
    const target = 'target' in file ? file.target : '';
    if (path.length > MAX_PATH || target.length > MAX_PATH) return;
    room -= path.length + target.length;
    if (room >= 0) files.set(path, file);
  };
  return {
    enter(entry: TarEntry): number {
      const { type, mode } = entry;
      const base = entry.path.slice(entry.path.lastIndexOf('/') + 1);
      if (base.startsWith('.wh.') && type !== 'directory') {
        const path = normalPath(entry.path);
        room -= path.length;
        if (room < 0 || path.length > MAX_PATH) return 0;
        if (base === '.wh..wh..opq') emptied.add(posix.dirname(path));
        else removed.add(posix.join(posix.dirname(path), base.slice('.wh.'.length)));
        return 0;
      }
      if (type === 'file' && (mode & 0o111) !== 0) {
        if (entry.size > 0) return ELF_HEAD;
        keep(normalPath(entry.path), { kind: 'other' });
      } else if (type === 'symlink') keep(normalPath(entry.path), { kind: type, target: entry.target });
      else if (type === 'hard link') keep(normalPath(entry.path), { kind: type, target: normalPath(entry.target) });
      else if (files.size > 0) files.delete(normalPath(entry.path));
      return 0;
    },
    read(entry: TarEntry, head: Buffer): void {
      keep(normalPath(entry.path), recognise(head));
    },
    layer: (digest: Digest): LayerFiles => ({
      files,
      removed,
      emptied,
      ...(room < 0 ? { note: `${digest} has so many executables and links that not all were looked at` } : {}),
    }),
  };
}

function recognise(head: Buffer): LayerFile {
  const elf = readElf(head);
  if (elf !== undefined) return { kind: 'elf', ...elf };
  if (head[0] !== 0x23 || head[1] !== 0x21) return { kind: 'other' };
  const [line = ''] = head.toString('utf8', 2, Math.min(head.length, MAX_SHEBANG)).split('\n', 1);
  return { kind: 'script', interpreter: line.trim() };
}

/** Absolute, and never above the root. */
export function normalPath(path: string): string {
  const normal = posix.normalize(`/${path}`);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** By its first bytes: media types are sometimes wrong. */
async function sniff(
  blob: AsyncIterable<Uint8Array>,
): Promise<{ readonly kind: 'gzip' | 'zstd' | 'tar'; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = blob[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  const kind =
    start[0] === 0x1f && start[1] === 0x8b
      ? 'gzip'
      : start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528
        ? 'zstd'
        : 'tar';
  async function* all(): AsyncGenerator<Uint8Array> {
    if (start.length > 0) yield start;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { kind, chunks: all() };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** By its code alone: `instanceof` does not hold where a module has another `Error`. */
function isZlibError(error: unknown): error is { readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && /^(?:Z|ZSTD)_/.test(error.code);
}
