import type { Digest } from '../../oci/digest';
import type { Repository } from '../../oci/reference';
import type { RawManifest, RegistryClient } from '../registry';

/** Lets a tag name a manifest that the repository has. Registries have no other way than to put its bytes again. */
export function tagManifest(
  client: RegistryClient,
  repository: Repository,
  tag: string,
  manifest: RawManifest,
): Promise<Digest> {
  const { registry, path } = repository;
  return client.putManifest({ registry, path, tag }, manifest.mediaType, manifest.bytes);
}
