import { parsePlatform, type Platform } from '../oci/platform';
import type { BuildConfig, Variant } from './build-config';
import { readBuildArgs, REGISTRY_ARG } from './check-build-args';
import { normalPath } from './check-path';
import { readTags } from './check-tags';
import { readAge } from './read-age';
import { readDuration } from './read-duration';
import type { RawConfig } from './schema';
import { isMapping, newMapping, type Mapping, type Value } from './value';

const DEFAULT_PLATFORMS: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

/** A checked file's config, defaults applied. */
export function toBuildConfig(root: Mapping, raw: RawConfig): BuildConfig {
  const { upstream_repo: repo, upstream_ref: ref } = raw;
  const maxAge = raw.max_age === undefined ? undefined : readAge(raw.max_age);
  const timeout = raw.timeout === undefined ? undefined : readDuration(raw.timeout);
  const config: BuildConfig = {
    ...(repo === undefined || ref === undefined
      ? {}
      : { upstream: { repo, ref, ...(raw.upstream_moving === 'true' ? { moving: true } : {}) } }),
    dockerfileFrom: raw.dockerfile_from ?? (repo === undefined ? 'local' : 'upstream'),
    dockerfilePath: normalPath(raw.dockerfile_path ?? 'Dockerfile'),
    contextPath: normalPath(raw.context_path ?? '.'),
    ...(raw.target === undefined ? {} : { target: raw.target }),
    buildArgs: toBuildArgs(root.build_args),
    env: raw.env ?? [],
    labels: raw.labels ?? {},
    ...(raw.description === undefined ? {} : { description: raw.description.trim() }),
    platforms: toPlatforms(raw.platforms) ?? DEFAULT_PLATFORMS,
    additionalTags: readTags(root.additional_tags, ref),
    ...(raw.hold === undefined ? {} : { hold: typeof raw.hold === 'string' ? [raw.hold] : raw.hold }),
    builder: raw.build_backend ?? 'kaniko',
    ...(timeout === undefined ? {} : { timeout }),
    epoch: raw.epoch ?? '0',
    ...(maxAge === undefined ? {} : { maxAge }),
    reuse: raw.reuse !== 'false',
    reproducible: raw.reproducible === 'true',
    cache: raw.cache === 'true',
    manualBuild: raw.manual_build === 'true',
  };
  if (raw.variants === undefined) return config;
  const written = root.variants;
  const variants = Object.entries(raw.variants).map(([name, own]): Variant => {
    const value = isMapping(written) ? written[name] : undefined;
    return { name, config: toVariant(config, own, isMapping(value) ? value : newMapping()) };
  });
  return { ...config, variants };
}

/** Lists of a variant stand in place of the directory's; what has names is added to it, and the variant's wins. */
function toVariant(
  config: BuildConfig,
  raw: NonNullable<RawConfig['variants']>[string],
  written: Mapping,
): BuildConfig {
  const args = new Map(config.buildArgs.map(({ name, value }) => [name, value]));
  for (const { name, value } of toBuildArgs(written.build_args)) args.set(name, value);
  return {
    ...config,
    ...(raw.target === undefined ? {} : { target: raw.target }),
    buildArgs: [...args].map(([name, value]) => ({ name, value })),
    labels: { ...config.labels, ...raw.labels },
    platforms: toPlatforms(raw.platforms) ?? config.platforms,
    ...(raw.additional_tags === undefined
      ? {}
      : { additionalTags: readTags(written.additional_tags, config.upstream?.ref) }),
  };
}

function toBuildArgs(value: Value | undefined): BuildConfig['buildArgs'] {
  return readBuildArgs(value).flatMap(({ name, value: written }) =>
    written === undefined || name === REGISTRY_ARG ? [] : [{ name, value: written }],
  );
}

function toPlatforms(written: readonly string[] | undefined): readonly Platform[] | undefined {
  return written?.flatMap((text) => parsePlatform(text) ?? []);
}
