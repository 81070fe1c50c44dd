import { digestOf, type Digest } from '../../oci/digest';
import { MediaType } from '../../oci/manifest';
import type { Platform } from '../../oci/platform';
import type { Repository } from '../../oci/reference';
import type { RegistryClient } from '../registry';

/** 1980-01-02, as everything that is copied into a context: see `ContextWriter`. */
const MTIME = 315_619_200;

/** Pushes an image that is one file at its root, of mode 0600, by its digest alone. The same file, name and platform: the same digest. */
export async function pushFileImage(
  registry: RegistryClient,
  repository: Repository,
  platform: Platform,
  name: string,
  content: Uint8Array,
): Promise<Digest> {
  const layer = packFile(name, content);
  const config = encode({ ...platform, config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } });
  const manifest = encode({
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: { mediaType: MediaType.ociConfig, size: config.length, digest: digestOf(config) },
    // Not compressed: what compresses differs from one Node to the next, and so would digests.
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', size: layer.length, digest: digestOf(layer) }],
  });
  for (const blob of [layer, config]) await registry.putBlob(repository, blob);
  const { registry: host, path } = repository;
  return registry.putManifest({ registry: host, path, digest: digestOf(manifest) }, MediaType.ociManifest, manifest);
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function packFile(name: string, content: Uint8Array): Uint8Array {
  if (Buffer.byteLength(name) > 100) throw new Error(`a name too long for a tar: ${name}`);
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  header.write(name, 0);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(MTIME, 136, 12);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return Buffer.concat([header, content, Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)]);
}
