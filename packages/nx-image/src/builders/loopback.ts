import { isLoopback } from '../oci/reference';
import type { BuildStep } from './builder';

/** What a builder is given that names registries. */
export interface RegistryNames {
  readonly step: Omit<BuildStep, 'paths'>;
  /** The pinned text. */
  readonly dockerfile: string;
  readonly dockerConfig: string | undefined;
}

/**
 * The same for a builder in a virtual machine, where this machine's loopback has a name: `localhost:5000` is `host.docker.internal:5000` there.
 * Only where the builder looks: digests and references in results stay ours.
 */
export function nameLoopback(names: RegistryNames, host: string): RegistryNames {
  const { step, dockerfile, dockerConfig } = names;
  const { cacheRepository, mirror } = step;
  const rename = (text: string): string => renameRegistry(text, host);
  const registries = [step.destination, cacheRepository, mirror, ...pinsOf(dockerfile)].map((text) =>
    (text ?? '').split('/', 1).join(),
  );
  const plain = registries.filter((registry) => isLoopback(registry)).map(rename);
  return {
    step: {
      ...step,
      destination: rename(step.destination),
      ...(cacheRepository === undefined ? {} : { cacheRepository: rename(cacheRepository) }),
      ...(mirror === undefined ? {} : { mirror: rename(mirror) }),
      insecure: [...new Set([...step.insecure.map(rename), ...plain])],
    },
    dockerfile: dockerfile.replace(PINNED, (_, before: string, pin: string) => `${before}${rename(pin)}`),
    dockerConfig: dockerConfig === undefined ? undefined : renameLogins(dockerConfig, rename),
  };
}

/** A reference by digest whose registry has a port or is `localhost`, as `pinDockerfile` writes it. */
const PINNED = /(^|[\s=,"'])((?:\[[0-9a-f:]+\]|[\w.-]+)(?::\d{1,5})?\/[\w./-]+@sha256:[0-9a-f]{64})(?![0-9a-f])/gm;

function pinsOf(dockerfile: string): string[] {
  return [...dockerfile.matchAll(PINNED)].map(([, , pin]) => pin ?? '');
}

/** The reference, or registry, with this machine's loopback by the name that it has elsewhere. */
export function renameRegistry(text: string, host: string): string {
  const registry = text.split('/', 1).join();
  if (!isLoopback(registry)) return text;
  const port = /:\d+$/.exec(registry)?.[0] ?? '';
  return `${host}${port}${text.slice(registry.length)}`;
}

function renameLogins(config: string, rename: (registry: string) => string): string {
  const parsed = JSON.parse(config) as { readonly auths?: Readonly<Record<string, unknown>> };
  if (parsed.auths === undefined) return config;
  const auths = Object.entries(parsed.auths).map(([registry, login]) => [rename(registry), login] as const);
  return JSON.stringify({ ...parsed, auths: Object.fromEntries(auths) });
}
