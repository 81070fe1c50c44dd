import { parsePlatform, type Platform } from '../oci/platform';
import type { BuildConfig } from './build-config';
import { readBuildArgs, REGISTRY_ARG } from './check-build-args';
import { normalPath } from './check-path';
import { readTags } from './check-tags';
import { readAge } from './read-age';
import { readDuration } from './read-duration';
import type { RawConfig } from './schema';
import type { Mapping } from './value';

const DEFAULT_PLATFORMS: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

/** A checked file's config, defaults applied. */
export function toBuildConfig(root: Mapping, raw: RawConfig): BuildConfig {
  const { upstream_repo: repo, upstream_ref: ref } = raw;
  const maxAge = raw.max_age === undefined ? undefined : readAge(raw.max_age);
  const timeout = raw.timeout === undefined ? undefined : readDuration(raw.timeout);
  return {
    ...(repo === undefined || ref === undefined
      ? {}
      : { upstream: { repo, ref, ...(raw.upstream_moving === 'true' ? { moving: true } : {}) } }),
    dockerfileFrom: raw.dockerfile_from ?? (repo === undefined ? 'local' : 'upstream'),
    dockerfilePath: normalPath(raw.dockerfile_path ?? 'Dockerfile'),
    contextPath: normalPath(raw.context_path ?? '.'),
    ...(raw.target === undefined ? {} : { target: raw.target }),
    buildArgs: readBuildArgs(root).flatMap(({ name, value }) =>
      value === undefined || name === REGISTRY_ARG ? [] : [{ name, value }],
    ),
    env: raw.env ?? [],
    labels: raw.labels ?? {},
    ...(raw.description === undefined ? {} : { description: raw.description.trim() }),
    platforms: raw.platforms?.flatMap((text) => parsePlatform(text) ?? []) ?? DEFAULT_PLATFORMS,
    additionalTags: readTags(root),
    builder: raw.build_backend ?? 'kaniko',
    ...(timeout === undefined ? {} : { timeout }),
    epoch: raw.epoch ?? '0',
    ...(maxAge === undefined ? {} : { maxAge }),
    reuse: raw.reuse !== 'false',
    reproducible: raw.reproducible === 'true',
    cache: raw.cache === 'true',
  };
}
