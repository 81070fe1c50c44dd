import { imagesOnBuild } from '../dockerfile/on-build';
import { atPlace } from '../errors/at-place';
import { HephyError, type Location } from '../errors/hephy-error';
import { formatPlatform, type Platform } from '../oci/platform';
import { formatReference, type Repository } from '../oci/reference';
import type { PinnedImage } from '../plan/pin';
import type { ResolvedBase } from '../plan/run-facts';
import type { RawManifest, RegistryClient } from '../registry/registry';
import { resolveBase, type KnownManifests } from './checks/check-base';

/** Bases as their registries have them, each asked for once a process however many images are FROM it. */
export interface BaseResolver {
  /** @throws HephyError BASE_NOT_FOUND, BASE_PLATFORM_MISSING, BASE_PLATFORM_WRONG, and what the registry client throws */
  resolve: (reference: string, platform: Platform, where: Location) => Promise<ResolvedBase>;
  /** The images that ONBUILD instructions of a base name, for the platform: builders pull them by tag. A name of `stages` is none. */
  onBuildImages: (
    onBuild: readonly string[],
    stages: ReadonlySet<string>,
    platform: Platform,
    where: Location,
  ) => Promise<readonly PinnedImage[]>;
  /** A manifest that was read anyway: who is FROM it by its digest is not to ask for it again. */
  remember: (repository: Repository, manifest: RawManifest) => void;
}

export function baseResolver(registry: RegistryClient): BaseResolver {
  const known = new Map<string, Promise<ResolvedBase>>();
  const manifests: KnownManifests = new Map();
  const resolve: BaseResolver['resolve'] = (reference, platform, where) => {
    const key = `${reference} ${formatPlatform(platform)}`;
    const found = known.get(key) ?? resolveBase(registry, reference, platform, where, manifests);
    known.set(key, found);
    return found.catch((error: unknown) => {
      throw error instanceof HephyError && error.where !== undefined ? atPlace(error, where) : error;
    });
  };
  return {
    resolve,
    remember: (repository, manifest) => {
      manifests.set(formatReference({ ...repository, digest: manifest.digest }), Promise.resolve(manifest));
    },
    onBuildImages: async (onBuild, stages, platform, where) => {
      const names = imagesOnBuild(onBuild).filter((name) => !stages.has(name.toLowerCase()));
      return Promise.all(
        names.map(async (name): Promise<PinnedImage> => {
          const { reference, digest, child } = await resolve(name, platform, where);
          return { reference, index: digest, digest: child };
        }),
      );
    },
  };
}
