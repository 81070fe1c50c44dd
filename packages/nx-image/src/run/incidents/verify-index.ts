import type { Image } from '../../config/build-config';
import { MANIFEST_TYPES, type Descriptor, type Manifest } from '../../oci/manifest';
import { formatPlatform, samePlatform } from '../../oci/platform';
import { isDescribed } from '../../plan/description';
import { readManifest } from '../checks/read-manifest';
import type { RawFinding } from './raw-finding';
import type { BlobState, RegistryShelf } from './registry-shelf';
import type { NamedIndex } from './verify-tags';

/** What all findings of one platform of an index have in common. */
type Place = Pick<RawFinding, 'image' | 'platform' | 'tag' | 'parents' | 'by'>;

/** Every platform's manifest, its config, which is to be of that platform, and all its layers. */
export async function verifyIndex(
  image: Image,
  { tag, by, index: { index, description } }: NamedIndex,
  shelf: RegistryShelf,
): Promise<readonly RawFinding[]> {
  const found = await Promise.all(
    index.manifests.map((child) => {
      const platform = child.platform === undefined ? 'unknown' : formatPlatform(child.platform);
      const described = description?.platforms[platform];
      const bases = isDescribed(described) ? described.bases : [];
      const parents = bases.flatMap(({ name, index: whole }) => (whole === undefined ? [name] : []));
      return verifyChild({ image, platform, tag, parents, by }, child, shelf);
    }),
  );
  return found.flat();
}

async function verifyChild(place: Place, child: Descriptor, shelf: RegistryShelf): Promise<readonly RawFinding[]> {
  const { digest, size } = child;
  const taken = await shelf.manifest(digest);
  if (taken.kind === 'missing') return [{ problem: 'manifest-missing', digest, ...place }];
  if (taken.kind === 'damaged') return [{ problem: 'manifest-wrong', digest, message: taken.message, ...place }];
  const { raw } = taken;
  const manifest = MANIFEST_TYPES.includes(raw.mediaType) ? readManifest(raw.bytes) : undefined;
  if (manifest === undefined)
    return [{ problem: 'manifest-wrong', digest, message: `it is ${raw.mediaType}`, ...place }];
  const found = await Promise.all([
    verifyConfig(place, manifest, child, shelf),
    ...manifest.layers
      .filter((layer) => !isElsewhere(layer))
      .map(async (layer) => verifyBlob({ ...place, blob: 'layer' }, layer, await shelf.layer(layer.digest))),
  ]);
  return [...verifySize(place, digest, size, raw.bytes.byteLength), ...found.flat()];
}

/** Foreign layers lie where their own word says. */
function isElsewhere(layer: Descriptor & { readonly urls?: unknown }): boolean {
  return Array.isArray(layer.urls) && layer.urls.length > 0;
}

async function verifyConfig(
  place: Place,
  { config: { digest, size } }: Manifest,
  child: Descriptor,
  shelf: RegistryShelf,
): Promise<readonly RawFinding[]> {
  const taken = await shelf.config(digest);
  const of = { ...place, blob: 'config' } as const;
  if (taken.kind !== 'there') return verifyBlob(of, { digest, size }, taken);
  if (taken.config === undefined)
    return [{ problem: 'blob-damaged', digest, message: 'it is no config of an image', ...of }];
  const findings = verifySize(of, digest, size, taken.size);
  const { platform } = child;
  if (platform === undefined || samePlatform(taken.config, platform)) return findings;
  const actual = formatPlatform(taken.config);
  return [...findings, { problem: 'platform-wrong', digest, expected: formatPlatform(platform), actual, ...of }];
}

function verifyBlob(
  place: Place & Pick<RawFinding, 'blob'>,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  state: BlobState,
): readonly RawFinding[] {
  switch (state.kind) {
    case 'missing':
      return [{ problem: 'blob-missing', digest, ...place }];
    case 'damaged':
      return [{ problem: 'blob-damaged', digest, message: state.message, ...place }];
    case 'there':
      return verifySize(place, digest, size, state.size);
  }
}

function verifySize(place: Place, digest: string, expected: number, actual: number | undefined): readonly RawFinding[] {
  if (actual === undefined || actual === expected) return [];
  return [{ problem: 'size-wrong', digest, expected: String(expected), actual: String(actual), ...place }];
}
