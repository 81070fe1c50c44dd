import { HephyError } from '../../errors/hephy-error';
import type { Digest } from '../../oci/digest';
import { MANIFEST_TYPES, type ImageConfig, type Manifest } from '../../oci/manifest';
import { formatPlatform, samePlatform, type Platform } from '../../oci/platform';
import { formatRepository, type Repository } from '../../oci/reference';
import type { RawManifest, RegistryClient } from '../../registry/registry';
import { checkPlaces, type DockerfilePlaces } from './check-places';
import { findStartedPrograms } from './entrypoint';
import { layerFiles, type LayeredFiles } from './layered-files';
import { readLayer, type LayerFiles } from './read-layer';
import { readConfig, readManifest } from './read-manifest';

export interface ImageToCheck {
  readonly registry: RegistryClient;
  readonly repository: Repository;
  /** As the builder reported it. */
  readonly digest: Digest;
  readonly platform: Platform;
  /** Of the base of the stage that was built: layers that begin alike are the base's. */
  readonly baseLayers: readonly Digest[];
  /** Of the Dockerfile: see `checkPlaces`. */
  readonly dockerfile?: DockerfilePlaces;
}

export interface CheckedImage {
  readonly manifest: RawManifest;
  readonly config: ImageConfig;
  /** Bytes: config and layers, compressed. */
  readonly size: number;
  readonly layers: readonly Digest[];
  readonly onBuild: readonly string[];
  /** What is no error: foreign programs beside native ones, layers that were not looked into. */
  readonly notes: readonly string[];
}

/** Whose programs a CPU of the architecture runs besides its own. */
const ALSO_RUNS: Readonly<Record<string, readonly string[]>> = { amd64: ['386', 'amd64p32'] };
const HEADS_AT_ONCE = 8;

/**
 * The image as the registry has it, after a build: whole, of its platform by its config, and by the programs in what the build added.
 * @throws HephyError IMAGE_DIGEST_WRONG, IMAGE_INCOMPLETE, IMAGE_UNREADABLE, IMAGE_PLATFORM_WRONG, DOCKERFILE_REFUSED, and what the registry client throws
 */
export async function checkImage(image: ImageToCheck, signal?: AbortSignal): Promise<CheckedImage> {
  const { registry, repository, digest, platform, baseLayers } = image;
  const raw = await registry.getManifest({ ...repository, digest });
  if (raw?.digest !== digest)
    throw new HephyError(
      'IMAGE_DIGEST_WRONG',
      `${formatRepository(repository)} does not have the image ${digest} that was built`,
      {
        hint: 'Build it again; if it stays so, somebody else writes to the repository, or the registry loses what it is given.',
      },
    );
  const manifest = MANIFEST_TYPES.includes(raw.mediaType) ? readManifest(raw.bytes) : undefined;
  if (manifest === undefined) throw unreadable(`${digest} is no manifest of an image, but ${raw.mediaType}`);
  signal?.throwIfAborted();
  const configBytes = await registry.getBlob(repository, manifest.config.digest);
  if (configBytes === undefined) throw incomplete(manifest.config.digest);
  const config = readConfig(configBytes);
  if (config === undefined) throw unreadable(`the config of ${digest} is none`);
  if (!samePlatform(config, platform))
    throw new HephyError(
      'IMAGE_PLATFORM_WRONG',
      `the image's config says ${formatPlatform(config)}, not ${formatPlatform(platform)}`,
      { hint: 'The builder did not build for the platform that it was given.' },
    );

  const layers = manifest.layers.map((layer) => layer.digest);
  const added = layers.slice(commonLength(layers, baseLayers));
  await requireBlobs(image, new Set(layers.filter((layer) => !added.includes(layer))), signal);
  const read = await readLayers(image, added, signal);
  const files = layerFiles(read);
  checkPrograms(config, files, platform);
  return {
    manifest: raw,
    config,
    size: sizeOf(manifest),
    layers,
    onBuild: config.config?.OnBuild ?? [],
    notes: [
      ...read.flatMap(({ note }) => note ?? []),
      ...checkArchitectures(files, platform),
      ...(image.dockerfile === undefined ? [] : checkPlaces(image.dockerfile, files)),
    ],
  };
}

function commonLength(layers: readonly Digest[], base: readonly Digest[]): number {
  const length = layers.findIndex((layer, index) => layer !== base[index]);
  return length < 0 ? layers.length : length;
}

async function requireBlobs(
  { registry, repository }: ImageToCheck,
  blobs: ReadonlySet<Digest>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const waiting = [...blobs];
  const ask = async (): Promise<void> => {
    for (let blob = waiting.pop(); blob !== undefined; blob = waiting.pop()) {
      signal?.throwIfAborted();
      if (!(await registry.hasBlob(repository, blob))) throw incomplete(blob);
    }
  };
  await Promise.all(Array.from({ length: HEADS_AT_ONCE }, ask));
}

/** One after the other, for memory's sake; the same layer twice (the empty one, mostly) once. */
async function readLayers(
  { registry, repository }: ImageToCheck,
  added: readonly Digest[],
  signal: AbortSignal | undefined,
): Promise<readonly LayerFiles[]> {
  const known = new Map<Digest, LayerFiles>();
  for (const layer of added) {
    if (known.has(layer)) continue;
    signal?.throwIfAborted();
    const blob = await registry.streamBlob(repository, layer);
    if (blob === undefined) throw incomplete(layer);
    known.set(layer, await readLayer(blob, layer));
  }
  return added.flatMap((layer) => known.get(layer) ?? []);
}

function checkPrograms(config: ImageConfig, files: LayeredFiles, platform: Platform): void {
  const foreign = findStartedPrograms(config.config, files).find(
    ({ architecture }) => !isNative(architecture, platform),
  );
  if (foreign === undefined) return;
  throw new HephyError(
    'IMAGE_PLATFORM_WRONG',
    `the image for ${formatPlatform(platform)} starts ${foreign.through}, which is a program for ${foreign.architecture}`,
    { hint: HINT },
  );
}

/** Answers a note where there are foreign programs beside native ones. */
function checkArchitectures(files: LayeredFiles, platform: Platform): readonly string[] {
  let native = 0;
  let foreign = 0;
  let first: { readonly path: string; readonly architecture: string } | undefined;
  for (const { path, file } of files.visible()) {
    if (file.kind !== 'elf') continue;
    if (isNative(file.architecture, platform)) native++;
    else {
      foreign++;
      first ??= { path, architecture: file.architecture };
    }
  }
  if (first === undefined) return [];
  const wanted = formatPlatform(platform);
  if (native > 0)
    return [
      `${foreign} ${foreign === 1 ? 'program is' : 'programs are'} not for ${wanted}: ${first.path} (${first.architecture})${foreign === 1 ? '' : ' is the first'}`,
    ];
  throw new HephyError(
    'IMAGE_PLATFORM_WRONG',
    `the image for ${wanted} got ${foreign} ${foreign === 1 ? 'program' : 'programs'} from its build and none is for ${platform.architecture}: ${first.path} is for ${first.architecture}`,
    { hint: HINT },
  );
}

const HINT =
  'Look at what is copied in or downloaded: it has to be chosen by TARGETARCH, or built in a stage of the platform, or cross-compiled.';

function isNative(architecture: string, platform: Platform): boolean {
  return architecture === platform.architecture || (ALSO_RUNS[platform.architecture]?.includes(architecture) ?? false);
}

function sizeOf(manifest: Manifest): number {
  return manifest.layers.reduce((size, layer) => size + layer.size, manifest.config.size);
}

function incomplete(blob: Digest): HephyError {
  return new HephyError('IMAGE_INCOMPLETE', `the registry does not have ${blob}, which the image consists of`, {
    hint: 'Build it again; if it stays so, the registry loses what it is given.',
  });
}

function unreadable(message: string): HephyError {
  return new HephyError('IMAGE_UNREADABLE', message, {
    hint: 'Build it again; if it stays so, the builder is broken.',
  });
}
