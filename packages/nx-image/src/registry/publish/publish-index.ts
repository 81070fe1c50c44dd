import { HephyError } from '../../errors/hephy-error';
import { digestOf } from '../../oci/digest';
import { MediaType, type ImageIndex } from '../../oci/manifest';
import { formatRepository, type Repository } from '../../oci/reference';
import type { RawManifest, RegistryClient } from '../registry';
import { checkComplete } from './check-complete';
import { indexBytes } from './index-bytes';

/** Publishes an index under its digest, no tag: complete before, read back and the same after. Publishing it again changes nothing. */
export async function publishIndex(
  client: RegistryClient,
  repository: Repository,
  index: ImageIndex,
): Promise<RawManifest> {
  const bytes = indexBytes(index);
  const mediaType = index.mediaType ?? MediaType.ociIndex;
  const digest = digestOf(bytes);
  await checkComplete(
    client,
    repository,
    index.manifests.map((child) => child.digest),
  );
  await client.putManifest({ ...repository, digest }, mediaType, bytes);
  const published = await client.getManifest({ ...repository, digest });
  if (published?.mediaType !== mediaType || !Buffer.from(published.bytes).equals(bytes)) {
    const found = published === undefined ? 'nothing' : `${published.mediaType} ${published.digest}`;
    throw new HephyError(
      'INDEX_WRONG',
      `${formatRepository(repository)}@${digest} was published, and read back it is ${found}`,
      { hint: 'The registry changes what it is given, or does not take OCI indexes.' },
    );
  }
  return published;
}
