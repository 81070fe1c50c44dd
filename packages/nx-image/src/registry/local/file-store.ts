import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hexOf, isDigest, type Digest } from '../../oci/digest';

/** Uploads of a server that was killed; younger ones may be another server's. */
const ABANDONED = 24 * 60 * 60 * 1000;

/**
 * What the local registry keeps, as files. Content lies under its digest; every file appears whole, by a rename, so that a kill at any moment
 * leaves what was there before, and two writers of one thing do each other no harm.
 *
 *     blobs/<2 hex>/<64 hex>                       the bytes, blobs and manifests alike
 *     repositories/<name>/_manifests/<64 hex>      a manifest of the repository: its media type
 *     repositories/<name>/_tags/<tag>              its digest
 *     uploads/<uuid>                               what has come so far
 */
export class FileStore {
  constructor(readonly directory: string) {}

  blobPath(digest: Digest): string {
    const hex = hexOf(digest);
    return join(this.directory, 'blobs', hex.slice(0, 2), hex);
  }

  async blobSize(digest: Digest): Promise<number | undefined> {
    return (await unlessMissing(stat(this.blobPath(digest))))?.size;
  }

  uploadPath(id: string): string {
    return join(this.directory, 'uploads', id);
  }

  async createUpload(): Promise<string> {
    const id = randomUUID();
    await this.#makingRoom(this.uploadPath(id), (path) => writeFile(path, '', { flag: 'wx' }));
    return id;
  }

  /** The upload's bytes are the digest's; it becomes the blob. */
  async keepUpload(id: string, digest: Digest): Promise<void> {
    await this.#makingRoom(this.blobPath(digest), (path) => rename(this.uploadPath(id), path));
  }

  async dropUpload(id: string): Promise<void> {
    await rm(this.uploadPath(id), { force: true });
  }

  async readManifest(name: string, digest: Digest): Promise<{ mediaType: string; bytes: Buffer } | undefined> {
    const mediaType = await unlessMissing(readFile(this.#manifestPath(name, digest), 'utf8'));
    const bytes = mediaType === undefined ? undefined : await unlessMissing(readFile(this.blobPath(digest)));
    return mediaType === undefined || bytes === undefined ? undefined : { mediaType, bytes };
  }

  async hasManifest(name: string, digest: Digest): Promise<boolean> {
    return (await unlessMissing(stat(this.#manifestPath(name, digest)))) !== undefined;
  }

  async writeManifest(name: string, digest: Digest, mediaType: string, bytes: Uint8Array): Promise<void> {
    await this.#write(this.blobPath(digest), bytes);
    await this.#write(this.#manifestPath(name, digest), mediaType);
  }

  async removeManifest(name: string, digest: Digest): Promise<void> {
    for (const tag of (await this.listTags(name)) ?? []) {
      if ((await this.readTag(name, tag)) === digest) await this.removeTag(name, tag);
    }
    await rm(this.#manifestPath(name, digest), { force: true });
  }

  async readTag(name: string, tag: string): Promise<Digest | undefined> {
    const text = await unlessMissing(readFile(this.#tagPath(name, tag), 'utf8'));
    return text !== undefined && isDigest(text) ? text : undefined;
  }

  async writeTag(name: string, tag: string, digest: Digest): Promise<void> {
    await this.#write(this.#tagPath(name, tag), digest);
  }

  async removeTag(name: string, tag: string): Promise<void> {
    await rm(this.#tagPath(name, tag), { force: true });
  }

  /** In the order of their bytes; undefined where nothing was ever pushed. */
  async listTags(name: string): Promise<string[] | undefined> {
    const tags = await unlessMissing(readdir(dirname(this.#tagPath(name, 'x'))));
    if (tags !== undefined) return tags.sort();
    const manifests = await unlessMissing(stat(join(this.#repository(name), '_manifests')));
    return manifests === undefined ? undefined : [];
  }

  /** Leaves whole what others may be at. */
  async removeAbandonedUploads(now: number): Promise<void> {
    for (const id of (await unlessMissing(readdir(join(this.directory, 'uploads')))) ?? []) {
      const found = await unlessMissing(stat(this.uploadPath(id)));
      if (found !== undefined && now - found.mtimeMs > ABANDONED) await this.dropUpload(id);
    }
  }

  #repository(name: string): string {
    return join(this.directory, 'repositories', ...name.split('/'));
  }

  #manifestPath(name: string, digest: Digest): string {
    return join(this.#repository(name), '_manifests', hexOf(digest));
  }

  #tagPath(name: string, tag: string): string {
    return join(this.#repository(name), '_tags', tag);
  }

  async #write(path: string, content: string | Uint8Array): Promise<void> {
    const partial = this.uploadPath(randomUUID());
    await this.#makingRoom(partial, () => writeFile(partial, content));
    await this.#makingRoom(path, () => rename(partial, path));
  }

  /** Does it again where only the directory was missing: they are made when first needed, not asked for every time. */
  async #makingRoom(path: string, act: (path: string) => Promise<void>): Promise<void> {
    try {
      await act(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(dirname(path), { recursive: true });
      await act(path);
    }
  }
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
