import { formatPlatform } from '../../oci/platform';
import { isLoopback } from '../../oci/reference';
import type { BuildStep, Invocation } from '../builder';
import { featureFlags } from './feature-flags';

/** What a RUN writes below /var/run is in the image, as Docker has it. */
export const KEEP_VAR_RUN = '--ignore-var-run=false';

/** Every value is in one word with its flag: one that begins with `-` stays a value. */
export function renderKaniko(step: BuildStep): Invocation {
  const { paths } = step;
  const cached = step.cacheRepository !== undefined;
  return {
    name: 'executor',
    arguments: [
      `--context=dir://${paths.context}`,
      `--dockerfile=${paths.dockerfile}`,
      `--destination=${step.destination}`,
      `--digest-file=${paths.digestFile}`,
      `--custom-platform=${formatPlatform(step.platform)}`,
      ...(cached
        ? [
            ...['--cache=true', `--cache-repo=${step.cacheRepository}`, '--cache-copy-layers=true'],
            ...(step.cacheMaxAge === undefined ? [] : [`--cache-ttl=${Math.floor(step.cacheMaxAge / 1000)}s`]),
            ...(step.cacheReadOnly === true || step.push === false ? ['--no-push-cache'] : []),
          ]
        : ['--cache=false']),
      '--cleanup',
      '--force',
      KEEP_VAR_RUN,
      '--image-download-retry=2',
      '--push-retry=2',
      ...(step.push === false ? ['--no-push'] : []),
      ...(step.reproducible ? ['--reproducible'] : []),
      ...(step.target === undefined ? [] : [`--target=${listItem(step.target)}`]),
      ...step.buildArgs.map(({ name, value }) => `--build-arg=${name}=${value}`),
      ...Object.entries(step.labels).map(([name, value]) => `--label=${name}=${value}`),
      ...(step.mirror === undefined ? [] : [`--registry-mirror=${step.mirror}`, '--skip-default-registry-fallback']),
      ...plainRegistries(step).map((registry) => `--insecure-registry=${registry}`),
      // Insecure is plain HTTP to Kaniko, after TLS was tried: with any certificate only so.
      ...step.insecure.map((registry) => `--skip-tls-verify-registry=${registry}`),
    ],
    env: {
      DOCKER_CONFIG: directoryOf(paths.authFile),
      AWS_ECR_DISABLE_CACHE: 'true',
      ...Object.fromEntries(featureFlags({ ...step, cached }).map((name) => [name, 'true'])),
    },
  };
}

/** `--target` is a list: its values are read as CSV, where a comma would name a second stage. */
function listItem(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Registries that must be named to be spoken to without TLS. */
function plainRegistries(step: BuildStep): string[] {
  const own = [step.destination, ...(step.mirror === undefined ? [] : [step.mirror])].map((text) => registryOf(text));
  const unknown = own.filter((registry) => isLoopback(registry) && !knowsAsPlain(registry));
  return [...new Set([...step.insecure, ...unknown])];
}

/** What go-containerregistry tries without TLS by itself: https://github.com/google/go-containerregistry/blob/main/pkg/name/registry.go, `Scheme`. */
function knowsAsPlain(registry: string): boolean {
  return /^localhost:|\.localhost(?::\d{1,5})?$|127\.0\.0\.1|::1/.test(registry);
}

function registryOf(reference: string): string {
  return reference.split('/', 1)[0] ?? '';
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
