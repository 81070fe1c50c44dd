import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../src/oci/digest';
import { MediaType, type Descriptor } from '../src/oci/manifest';
import { parsePlatform, type Platform } from '../src/oci/platform';
import { pushBlob, pushManifest } from './fixture-images';

export interface TarImage {
  /** As `linux/arm64`. */
  readonly platform: string;
  /** Paths of uncompressed tars, the lowest layer first. */
  readonly layers: readonly string[];
  /** The image config's `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Pushes an image of layers that lie on disk, by its digest alone: for whole systems, which `pushImage` would hold file by file. */
export async function pushTarImage(
  host: string,
  path: string,
  image: TarImage,
): Promise<Descriptor & { readonly platform: Platform }> {
  const platform = parsePlatform(image.platform);
  if (platform === undefined) throw new Error(`no platform: ${image.platform}`);
  const diffIds: string[] = [];
  const layers: Descriptor[] = [];
  for (const file of image.layers) {
    const tar = readFileSync(file);
    const blob = gzipSync(tar, { level: 1 });
    diffIds.push(digestOf(tar));
    layers.push({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      size: blob.length,
      digest: await pushBlob(host, path, blob),
    });
  }
  const created = '2024-01-01T00:00:00Z';
  const config = Buffer.from(
    JSON.stringify({
      ...platform,
      created,
      config: { ...image.config },
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: diffIds.map(() => ({ created, created_by: 'fixture' })),
    }),
  );
  const mediaType = MediaType.ociManifest;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: MediaType.ociConfig, size: config.length, digest: await pushBlob(host, path, config) },
      layers,
    }),
  );
  const digest = await pushManifest(host, path, undefined, mediaType, manifest);
  return { mediaType, digest, size: manifest.length, platform };
}
