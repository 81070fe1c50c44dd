import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../../oci/digest';
import type { FileStore } from './file-store';
import { SpecError } from './spec-error';

interface Upload {
  readonly name: string;
  readonly hash: Hash;
  size: number;
  busy: boolean;
}

/** Uploads under way. They end with the server: what has come is hashed as it comes, and that state lies in memory. */
export class Uploads {
  readonly #byId = new Map<string, Upload>();

  constructor(readonly store: FileStore) {}

  async start(name: string): Promise<string> {
    const id = await this.store.createUpload();
    this.#byId.set(id, { name, hash: createHash('sha256'), size: 0, busy: false });
    return id;
  }

  /** Bytes so far. */
  sizeOf(name: string, id: string): number {
    return this.#find(name, id).size;
  }

  /** Appends a chunk and answers the bytes so far. A chunk that breaks off ends the upload. */
  async append(name: string, id: string, chunk: IncomingMessage): Promise<number> {
    const upload = this.#find(name, id);
    if (upload.busy) throw new SpecError(400, 'BLOB_UPLOAD_INVALID', 'another chunk of this upload is under way');
    const start = /^(?:bytes )?(\d+)-\d+/.exec(chunk.headers['content-range'] ?? '')?.[1];
    if (start !== undefined && Number(start) !== upload.size) {
      throw new SpecError(416, 'BLOB_UPLOAD_INVALID', `the next chunk begins at ${upload.size}`);
    }
    upload.busy = true;
    try {
      await pipeline(
        chunk,
        async function* (bytes: AsyncIterable<Buffer>) {
          for await (const part of bytes) {
            upload.hash.update(part);
            upload.size += part.length;
            yield part;
          }
        },
        createWriteStream(this.store.uploadPath(id), { flags: 'a' }),
      );
    } catch (error) {
      await this.cancel(name, id);
      throw error;
    } finally {
      upload.busy = false;
    }
    return upload.size;
  }

  /** Ends it as a blob, where the bytes are the digest's. */
  async finish(name: string, id: string, digest: Digest): Promise<void> {
    const upload = this.#find(name, id);
    this.#byId.delete(id);
    const actual = `sha256:${upload.hash.digest('hex')}`;
    if (actual !== digest) {
      await this.store.dropUpload(id);
      throw new SpecError(400, 'DIGEST_INVALID', `what was uploaded is ${actual}`);
    }
    await this.store.keepUpload(id, digest);
  }

  async cancel(name: string, id: string): Promise<void> {
    this.#find(name, id);
    this.#byId.delete(id);
    await this.store.dropUpload(id);
  }

  #find(name: string, id: string): Upload {
    const upload = this.#byId.get(id);
    if (upload?.name === name) return upload;
    throw new SpecError(404, 'BLOB_UPLOAD_UNKNOWN', 'there is no such upload');
  }
}
