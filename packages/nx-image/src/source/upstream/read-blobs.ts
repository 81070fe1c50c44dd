import { createHash, type Hash } from 'node:crypto';
import { lastLines } from '../run-git';
import { commitPath } from './fetch-commit';
import type { CommitAccess } from './read-tree';
import { runUpstreamGit } from './upstream-git';

/** Takes one blob's bytes in pieces. */
export interface BlobSink {
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

/**
 * Streams blobs as they are, no filter and no attribute applied, by one `git cat-file --batch`. Each is hashed on the way and must be what its id says.
 * `open` is called for each id in the order given.
 */
export async function readBlobs(
  access: CommitAccess,
  ids: readonly string[],
  open: (id: string, size: number) => BlobSink,
): Promise<void> {
  if (ids.length === 0) return;
  const parser = new BatchParser(open);
  const end = await runUpstreamGit(access, {
    arguments: ['cat-file', '--batch'],
    repository: commitPath(access.store, access.commit),
    stdin: ids.map((id) => `${id}\n`).join(''),
    ...(access.others === undefined ? {} : { alternates: access.others.map((one) => commitPath('..', one)) }),
    onChunk: (chunk) => {
      parser.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    },
  });
  if (end.exitCode !== 0) throw new Error(`git cat-file: ${lastLines(end.stderr)}`);
  if (parser.count !== ids.length) throw new Error(`git cat-file gave ${parser.count} of ${ids.length} blobs`);
}

/** Small blobs whole. */
export async function readSmallBlobs(access: CommitAccess, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  await readBlobs(access, [...new Set(ids)], (id) => {
    const pieces: Uint8Array[] = [];
    return {
      write: (bytes) => pieces.push(Uint8Array.from(bytes)),
      end: () => blobs.set(id, Buffer.concat(pieces)),
    };
  });
  return blobs;
}

/** `<id> blob <size>\n<bytes>\n`, over and over: https://git-scm.com/docs/git-cat-file#_batch_output */
class BatchParser {
  count = 0;
  private head = Buffer.alloc(0);
  private id = '';
  private left = 0;
  private sink: BlobSink | undefined;
  private hash: Hash | undefined;

  constructor(private readonly open: (id: string, size: number) => BlobSink) {}

  push(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0;) {
      rest = this.sink === undefined ? this.takeHead(rest) : this.takeBytes(rest, this.sink);
    }
  }

  private takeHead(chunk: Buffer): Buffer {
    const end = chunk.indexOf(10);
    this.head = Buffer.concat([this.head, end === -1 ? chunk : chunk.subarray(0, end)]);
    if (end === -1) return chunk.subarray(chunk.length);
    const line = this.head.toString('latin1');
    const [, id, size] = /^([0-9a-f]{40}) blob (\d+)$/.exec(line) ?? [];
    if (id === undefined || size === undefined) throw new Error(`git cat-file: ${line}`);
    this.head = Buffer.alloc(0);
    this.id = id;
    this.left = Number(size);
    this.hash = createHash('sha1').update(`blob ${size}\0`);
    this.sink = this.open(id, this.left);
    return chunk.subarray(end + 1);
  }

  private takeBytes(chunk: Buffer, sink: BlobSink): Buffer {
    const bytes = chunk.subarray(0, this.left);
    if (bytes.length > 0) {
      this.hash?.update(bytes);
      sink.write(bytes);
      this.left -= bytes.length;
    }
    if (bytes.length === chunk.length) return chunk.subarray(chunk.length);
    // The line feed behind the bytes.
    if (this.hash?.digest('hex') !== this.id) throw new Error(`the blob ${this.id} is not what its id says`);
    sink.end();
    this.sink = undefined;
    this.count++;
    return chunk.subarray(bytes.length + 1);
  }
}
