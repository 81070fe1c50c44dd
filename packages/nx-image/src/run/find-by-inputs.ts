import { HephyError } from '../errors/hephy-error';
import { MANIFEST_TYPES } from '../oci/manifest';
import type { RawManifest } from '../registry/registry';
import { readManifest } from './checks/read-manifest';
import { findCertified } from './find-certified';
import type { RunContext } from './run-context';

/**
 * The image that was made of these inputs, as the registry has it.
 * @param whose see `findCertified`
 * @throws HephyError IMAGE_UNREADABLE
 */
export function findByInputs(context: RunContext, key: string, whose?: 'own'): Promise<RawManifest | undefined> {
  return findCertified(context, key, notAnImage, whose);
}

/** Whoever can write to the registry can write any tag. undefined: it names an image. */
export function notAnImage({ mediaType, bytes, digest }: RawManifest, tag: string): HephyError | undefined {
  if (MANIFEST_TYPES.includes(mediaType) && readManifest(bytes) !== undefined) return undefined;
  return new HephyError('IMAGE_UNREADABLE', `${tag} is to name an image, and names ${mediaType} ${digest}`, {
    hint: 'Somebody else wrote that tag. Delete it in the registry, and the image is built anew.',
  });
}
