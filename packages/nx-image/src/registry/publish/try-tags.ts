import { gzipSync } from 'node:zlib';
import { HephyError } from '../../errors/hephy-error';
import { digestOf, type Digest } from '../../oci/digest';
import { MediaType } from '../../oci/manifest';
import type { Repository } from '../../oci/reference';
import type { RegistryClient } from '../registry';

export type TriedTags = {
  /** Whether nothing of it is left that has a tag. */
  readonly removed: boolean;
} & (
  | { readonly kind: 'move' }
  /** `why`: the registry's words. */
  | { readonly kind: 'immutable' | 'not known'; readonly why: string }
);

/** ECR, Harbor, GitLab and Artifact Registry, of a tag that may not move: all say so in one of these words. */
const IMMUTABLE = /immutable|already ?exists|cannot be overwritten/i;

/** Whether the registry will not have another manifest under a tag that there is: some answer so with 400 or 409, some with 403. */
export function refusesToReplace(error: unknown): error is HephyError {
  if (!(error instanceof HephyError)) return false;
  if (error.code === 'REGISTRY_ERROR') return IMMUTABLE.test(error.message) || error.message.includes('TAG_INVALID');
  return error.code === 'REGISTRY_DENIED' && IMMUTABLE.test(error.message);
}

/**
 * Whether a tag can be moved: two manifests, one after the other, under the tag, then both deleted. An earlier try that could not delete, or was interrupted,
 * left the tag at one of the two: then the other decides.
 * @throws HephyError of the registry for what is no answer to the question
 */
export async function tryTags(client: RegistryClient, repository: Repository, tag: string): Promise<TriedTags> {
  const [first, second] = await pushParts(client, repository);
  const mediaType = MediaType.ociManifest;
  const before = await client.headManifest({ ...repository, tag });
  const put = (bytes: Uint8Array): Promise<Digest> => client.putManifest({ ...repository, tag }, mediaType, bytes);
  const digests = [first, second].map((bytes) => digestOf(bytes));
  let outcome: { kind: 'move' } | { kind: 'immutable' | 'not known'; why: string } = { kind: 'move' };
  try {
    if (before === undefined) await put(first);
    try {
      await put(before === digestOf(second) ? first : second);
    } catch (error) {
      if (!(error instanceof HephyError)) throw error;
      if (error.code !== 'REGISTRY_ERROR' && !refusesToReplace(error)) throw error;
      outcome = { kind: refusesToReplace(error) ? 'immutable' : 'not known', why: error.message };
    }
  } finally {
    // Nobody else has these bytes: with the manifests no tag of others goes.
    for (const digest of digests) await client.deleteManifest(repository, digest).catch(() => false);
  }
  return { ...outcome, removed: (await client.headManifest({ ...repository, tag })) === undefined };
}

/** As ordinary an image as can be: registries look into what they are given. */
async function pushParts(client: RegistryClient, repository: Repository): Promise<readonly [Uint8Array, Uint8Array]> {
  const tar = new Uint8Array(1024);
  const layer = new Uint8Array(gzipSync(tar));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  for (const blob of [layer, config]) await client.putBlob(repository, blob);
  const manifest = (of: string): Uint8Array =>
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MediaType.ociManifest,
        config: { mediaType: MediaType.ociConfig, digest: digestOf(config), size: config.length },
        layers: [
          { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(layer), size: layer.length },
        ],
        annotations: {
          'org.opencontainers.image.description': `hephy tried whether tags move: may be deleted (${of} of 2)`,
        },
      }),
    );
  return [manifest('1'), manifest('2')];
}
