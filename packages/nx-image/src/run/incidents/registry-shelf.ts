import type { Digest } from '../../oci/digest';
import type { ImageConfig } from '../../oci/manifest';
import { isTag } from '../../oci/reference';
import { DamagedContent } from '../../registry/damaged-content';
import type { RawManifest } from '../../registry/registry';
import { readConfig } from '../checks/read-manifest';
import { once } from '../once';
import type { RunContext } from '../run-context';
import { Semaphore } from '../semaphore';

/** `size`: the bytes, where the registry says them. */
export type BlobState =
  | { readonly kind: 'there'; readonly size: number | undefined }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly message: string };

export type Taken<T> = T | { readonly kind: 'missing' } | { readonly kind: 'damaged'; readonly message: string };

/** How many were asked for so far. */
export interface ShelfCounts {
  tags: number;
  manifests: number;
  blobs: number;
}

/** What the repository has, each asked for once however many images share it. What cannot be found out is thrown. */
export interface RegistryShelf {
  readonly tag: (tag: string) => Promise<RawManifest | undefined>;
  readonly allTags: () => Promise<readonly string[]>;
  readonly manifest: (digest: Digest) => Promise<Taken<{ readonly kind: 'there'; readonly raw: RawManifest }>>;
  /** A config is read whole always. */
  readonly config: (
    digest: Digest,
  ) => Promise<Taken<{ readonly kind: 'there'; readonly config: ImageConfig | undefined; readonly size: number }>>;
  readonly layer: (digest: Digest) => Promise<BlobState>;
  readonly counts: Readonly<ShelfCounts>;
}

const REQUESTS_AT_ONCE = 16;

export interface ShelfOptions {
  readonly deep: boolean;
  readonly onProgress?: (counts: Readonly<ShelfCounts>) => void;
}

/** @param deep whether layers are read and compared with their digests; `onProgress` is called behind each answer */
export function openShelf(
  { registry, facts: { repository }, signal }: Pick<RunContext, 'registry' | 'facts' | 'signal'>,
  { deep, onProgress }: ShelfOptions,
): RegistryShelf {
  const places = new Semaphore(REQUESTS_AT_ONCE);
  const counts: ShelfCounts = { tags: 0, manifests: 0, blobs: 0 };
  const within = <T>(count: keyof ShelfCounts, work: () => Promise<T>): Promise<T> =>
    places.within(async () => {
      const answer = await work();
      counts[count] += 1;
      onProgress?.(counts);
      return answer;
    }, signal);
  return {
    counts,
    // What annotations have as a version may be anything.
    tag: once((tag: string) =>
      isTag(tag) ? within('tags', () => registry.getManifest({ ...repository, tag })) : Promise.resolve(undefined),
    ),
    allTags: once(async () => (await registry.listTags(repository)) ?? []),
    manifest: once((digest: Digest) =>
      within('manifests', () =>
        damagedOr(async () => {
          const raw = await registry.getManifest({ ...repository, digest });
          return raw === undefined ? { kind: 'missing' as const } : { kind: 'there' as const, raw };
        }),
      ),
    ),
    config: once((digest: Digest) =>
      within('blobs', () =>
        damagedOr(async () => {
          const bytes = await registry.getBlob(repository, digest);
          if (bytes === undefined) return { kind: 'missing' as const };
          return { kind: 'there' as const, config: readConfig(bytes), size: bytes.byteLength };
        }),
      ),
    ),
    layer: once((digest: Digest) =>
      within('blobs', () =>
        damagedOr(async () => {
          if (deep) return readWhole(await registry.streamBlob(repository, digest));
          const head = await registry.headBlob(repository, digest);
          return head === undefined ? { kind: 'missing' as const } : { kind: 'there' as const, size: head.size };
        }),
      ),
    ),
  };
}

/** The client compares with the digest at the end. */
async function readWhole(stream: AsyncIterable<Uint8Array> | undefined): Promise<BlobState> {
  if (stream === undefined) return { kind: 'missing' };
  let size = 0;
  for await (const chunk of stream) size += chunk.length;
  return { kind: 'there', size };
}

/** The registry answers, and what it sends is wrong. Silence, refusal and trouble are no finding. */
async function damagedOr<T>(
  work: () => Promise<T>,
): Promise<T | { readonly kind: 'damaged'; readonly message: string }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DamagedContent) return { kind: 'damaged', message: error.message };
    throw error;
  }
}
