import { isDigest, type Digest } from '../../oci/digest';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../oci/manifest';
import { fieldsOf, parseJsonObject } from '../json-object';
import type { FileStore } from './file-store';
import { SpecError } from './spec-error';

/** Refuses what no client could pull: not a manifest of its media type, or one whose blobs or children are not here. */
export async function checkManifest(
  store: FileStore,
  name: string,
  mediaType: string,
  bytes: Uint8Array,
): Promise<void> {
  const manifest = parseJsonObject(bytes);
  const { schemaVersion, mediaType: own, manifests, config, layers } = manifest;
  if (schemaVersion !== 2 || (own !== undefined && own !== mediaType)) {
    throw invalid(`this is no manifest of media type ${mediaType}`);
  }
  if (INDEX_TYPES.includes(mediaType)) {
    if (!Array.isArray(manifests)) throw invalid('an index has a list of manifests');
    for (const child of manifests as unknown[]) {
      const digest = digestOf(child);
      if (!(await store.hasManifest(name, digest))) throw unknown(`${name} has no manifest ${digest}`);
    }
  } else if (MANIFEST_TYPES.includes(mediaType)) {
    if (!Array.isArray(layers)) throw invalid('a manifest has a list of layers');
    for (const blob of [config, ...(layers as unknown[])]) {
      const digest = digestOf(blob);
      const { urls } = fieldsOf(blob);
      if (Array.isArray(urls) && urls.length > 0) continue;
      if ((await store.blobSize(digest)) === undefined) throw unknown(`there is no blob ${digest}`);
    }
  } else {
    throw invalid(`manifests of media type ${mediaType} are not kept here`);
  }
}

function digestOf(descriptor: unknown): Digest {
  const { digest } = fieldsOf(descriptor);
  if (typeof digest === 'string' && isDigest(digest)) return digest;
  throw invalid('a descriptor has no sha256 digest');
}

function invalid(message: string): SpecError {
  return new SpecError(400, 'MANIFEST_INVALID', message);
}

function unknown(message: string): SpecError {
  return new SpecError(400, 'MANIFEST_BLOB_UNKNOWN', message);
}
