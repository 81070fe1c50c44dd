import type { BuildConfig } from '../src/config/build-config';
import type { Repository } from '../src/oci/reference';
import { formatPlatform } from '../src/oci/platform';
import type { RunFacts } from '../src/plan/run-facts';
import { createRegistryClient } from '../src/registry/client/create-registry-client';
import type { RegistryClient } from '../src/registry/registry';
import { publishImage } from '../src/run/publish-index';
import { readLast } from '../src/run/published';
import type { RunContext } from '../src/run/run-context';
import type { ManifestResult } from '../src/report/result';
import { factsOf, imageOf } from './facts';
import type { PushedImage } from './fixture-images';
import { buildResult, INPUTS, prepareResult } from './results';

/** A run that has built the platforms of an image, and publishes them. */
export interface Publisher {
  readonly registry: RegistryClient;
  readonly repository: Repository;
  readonly image: string;
  /** What its builds left; their platforms are the image's. */
  readonly built: readonly PushedImage[];
  /** When its pipeline began. */
  readonly started: string;
  readonly commit?: string;
  readonly facts?: Partial<RunFacts>;
  /** A whole one is taken as it is, so that its places in its file are known. */
  readonly config?: Partial<BuildConfig> | BuildConfig;
}

export const NO_CREDENTIALS = {
  credentialOf: () => Promise.resolve(undefined),
  helperOf: () => Promise.resolve(undefined),
  secrets: () => [],
};

export function plainClient(): RegistryClient {
  return createRegistryClient({ credentials: NO_CREDENTIALS });
}

/** As a process of a run of its own does it: nothing is shared with other publishers but the registry. */
export function publishAs(publisher: Publisher): Promise<ManifestResult> {
  const platforms = publisher.built.map(({ descriptor }) => descriptor.platform);
  const { config } = publisher;
  const image = imageOf(publisher.image, { platforms, ...config });
  return publishImage(publishingContext(publisher), isWhole(config) ? { ...image, config } : image);
}

function isWhole(config: Publisher['config']): config is BuildConfig {
  return config?.platforms !== undefined;
}

export function publishingContext(publisher: Publisher): RunContext {
  const { registry, repository, started, commit } = publisher;
  const facts = factsOf({ repository, started, ...(commit === undefined ? {} : { commit }), ...publisher.facts });
  const builds = new Map(
    publisher.built.map(({ descriptor: { platform, digest, mediaType, size } }) => {
      const inputs = { ...INPUTS, key: digest.slice('sha256:'.length) };
      const text = formatPlatform(platform);
      return [text, buildResult({ platform: text, inputs, digest, manifest: { mediaType, size } })];
    }),
  );
  const prepared = prepareResult({
    context: { digest: `sha256:${'0'.repeat(64)}`, size: 0, files: 0 },
    dockerfile: { path: 'projects/web/Dockerfile', text: 'FROM scratch\n' },
  });
  return {
    ...{ facts, registry, env: {}, options: { manifestTool: '' }, signal: new AbortController().signal },
    catalog: { verifyTarget: () => undefined },
    rebuilt: new Set<string>(),
    last: (name: string) => readLast(registry, facts, name),
    results: {
      build: (_: string, platform: Parameters<typeof formatPlatform>[0]) => builds.get(formatPlatform(platform)),
      prepare: () => prepared,
    },
    onEvent: () => undefined,
  } as unknown as RunContext;
}
