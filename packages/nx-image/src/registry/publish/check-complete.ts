import { HephyError } from '../../errors/hephy-error';
import { isDigest, type Digest } from '../../oci/digest';
import { INDEX_TYPES } from '../../oci/manifest';
import { formatRepository, type Repository } from '../../oci/reference';
import { fieldsOf, parseJsonObject } from '../json-object';
import type { RawManifest, RegistryClient } from '../registry';

/** Registries take an index over a child that lacks a blob (201) and fail whoever pulls it: so every child and blob is asked for first. */
export async function checkComplete(
  client: RegistryClient,
  repository: Repository,
  children: readonly Digest[],
): Promise<void> {
  const blobs = await Promise.all(
    [...new Set(children)].map(async (digest) => {
      const manifest = await client.getManifest({ ...repository, digest });
      if (manifest === undefined) throw incomplete(repository, digest, 'it is not in the registry');
      return blobsOf(manifest, repository).map((blob) => ({ child: digest, blob }));
    }),
  );
  const childOf = new Map(blobs.flat().map(({ child, blob }) => [blob, child]));
  await Promise.all(
    [...childOf].map(async ([blob, child]) => {
      if (await client.hasBlob(repository, blob)) return;
      throw incomplete(repository, child, `its blob ${blob} is not in the registry`);
    }),
  );
}

/** Config and layers; not those that lie elsewhere by their own word. */
function blobsOf(manifest: RawManifest, repository: Repository): readonly Digest[] {
  if (INDEX_TYPES.includes(manifest.mediaType)) {
    throw incomplete(repository, manifest.digest, 'it is itself an index, not an image');
  }
  const { config, layers } = parseJsonObject(manifest.bytes);
  const descriptors = [config, ...(Array.isArray(layers) ? (layers as unknown[]) : [undefined])].map(fieldsOf);
  return descriptors.flatMap(({ digest, urls }) => {
    if (typeof digest !== 'string' || !isDigest(digest)) {
      throw incomplete(repository, manifest.digest, 'it is not an image manifest');
    }
    return Array.isArray(urls) && urls.length > 0 ? [] : [digest];
  });
}

function incomplete(repository: Repository, child: Digest, what: string): HephyError {
  return new HephyError('IMAGE_INCOMPLETE', `${formatRepository(repository)}@${child} cannot be in an index: ${what}`, {
    hint: 'Build it anew, with --rebuild: a run without it takes what the registry says it has. `npx hephy verify` says what else is lost; rules by which the registry deletes: `npx hephy prune --dry-run`.',
  });
}
