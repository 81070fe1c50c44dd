import { HephyError, type Location } from '../../errors/hephy-error';
import { findChild, platformsOf, servingPlatforms } from '../../oci/find-child';
import { INDEX_TYPES, type Descriptor, type ImageConfig, type ImageIndex, type Manifest } from '../../oci/manifest';
import { formatPlatform, samePlatform, type Platform } from '../../oci/platform';
import { formatReference, parseReference, type Reference } from '../../oci/reference';
import type { ResolvedBase } from '../../plan/run-facts';
import type { RawManifest, RegistryClient } from '../../registry/registry';
import { readConfig, readIndex, readManifest } from './read-manifest';

/** Manifests asked for before, by full reference: several platforms of a base share one GET. */
export type KnownManifests = Map<string, Promise<RawManifest | undefined>>;

/**
 * A base as its registry has it, for one platform; the child's own config has the last word on what it is.
 * @throws HephyError BASE_NOT_FOUND, BASE_PLATFORM_MISSING, BASE_PLATFORM_WRONG, and what the registry client throws
 */
export async function resolveBase(
  registry: RegistryClient,
  reference: string,
  platform: Platform,
  where: Location,
  known: KnownManifests = new Map(),
): Promise<ResolvedBase> {
  const parsed = parseReference(reference);
  if (parsed === undefined)
    throw new HephyError('BASE_NOT_FOUND', `${JSON.stringify(reference.slice(0, 200))} is no reference of an image`, {
      where,
      hint: 'Write it as registry/path:tag; paths are lower case.',
    });
  const name = formatReference(parsed);
  const asked = known.get(name) ?? registry.getManifest(parsed);
  known.set(name, asked);
  const raw = await asked;
  if (raw === undefined)
    throw new HephyError('BASE_NOT_FOUND', `${name} is not in its registry`, {
      where,
      hint: 'Check name and tag; a repository that is private needs a login that docker would find.',
    });
  const index = INDEX_TYPES.includes(raw.mediaType) ? (readIndex(raw.bytes) ?? unreadable(name, where)) : undefined;
  const chosen = index === undefined ? undefined : chooseChild(index, platform, name, where);
  const child = chosen === undefined ? raw : await getChild(registry, parsed, chosen, where);
  const manifest = readManifest(child.bytes) ?? unreadable(name, where);
  const config = await getConfig(registry, parsed, manifest, where);
  if (!serves(platform, config)) throw wrongPlatform(name, chosen, config, platform, where);
  return {
    reference: name,
    digest: raw.digest,
    child: child.digest,
    layers: manifest.layers.map(({ digest }) => digest),
    onBuild: config.config?.OnBuild ?? [],
  };
}

/** @throws HephyError BASE_PLATFORM_MISSING */
function chooseChild(index: ImageIndex, wanted: Platform, name: string, where: Location): Descriptor {
  const child = findChild(index, wanted);
  if (child !== undefined) return child;
  const has = platformsOf(index);
  throw new HephyError('BASE_PLATFORM_MISSING', `${name} has no image for ${formatPlatform(wanted)}`, {
    where,
    hint:
      has.length === 0
        ? 'It has none of any platform. Choose another base.'
        : `It has ${has.slice(0, 20).join(', ')}. Choose another base or tag, or leave the platform out of \`platforms\`.`,
  });
}

/** Whether what a config says it is runs on the wanted platform; many configs leave the variant out. */
function serves(wanted: Platform, config: ImageConfig): boolean {
  const { os, architecture, variant } = config;
  if (os !== wanted.os || architecture !== wanted.architecture) return false;
  if (variant === undefined || variant === '') return true;
  return servingPlatforms(wanted).some((platform) => samePlatform(platform, config));
}

async function getChild(
  registry: RegistryClient,
  parent: Reference,
  { digest }: Descriptor,
  where: Location,
): Promise<RawManifest> {
  const { registry: host, path } = parent;
  const child = await registry.getManifest({ registry: host, path, digest });
  if (child !== undefined) return child;
  throw new HephyError('BASE_NOT_FOUND', `${formatReference(parent)} names a child that is not in its registry`, {
    where,
    hint: `${digest} was perhaps cleaned away: push the base again, or choose another tag.`,
  });
}

async function getConfig(
  registry: RegistryClient,
  parent: Reference,
  manifest: Manifest,
  where: Location,
): Promise<ImageConfig> {
  const bytes = await registry.getBlob(parent, manifest.config.digest);
  if (bytes !== undefined) return readConfig(bytes) ?? unreadable(formatReference(parent), where);
  throw new HephyError('BASE_NOT_FOUND', `the config of ${formatReference(parent)} is not in its registry`, {
    where,
    hint: 'The image is damaged: push it again, or choose another tag.',
  });
}

function wrongPlatform(
  name: string,
  chosen: Descriptor | undefined,
  config: ImageConfig,
  wanted: Platform,
  where: Location,
): HephyError {
  const is = formatPlatform(config);
  if (chosen?.platform === undefined)
    return new HephyError(
      'BASE_PLATFORM_MISSING',
      `${name} is an image for ${is} alone, not for ${formatPlatform(wanted)}`,
      {
        where,
        hint: 'Choose a base that is an index with this platform, or leave the platform out of `platforms`.',
      },
    );
  return new HephyError(
    'BASE_PLATFORM_WRONG',
    `${name} says ${formatPlatform(chosen.platform)} of a child whose config says ${is}`,
    {
      where,
      hint: 'The index of the base is wrong: whoever publishes it has to mend it; choose another tag until then.',
    },
  );
}

function unreadable(name: string, where: Location): never {
  throw new HephyError('IMAGE_UNREADABLE', `${name} is no image that can be read`, {
    where,
    hint: 'It is perhaps an artifact of another kind, or an image of Docker schema 1: choose another tag.',
  });
}
