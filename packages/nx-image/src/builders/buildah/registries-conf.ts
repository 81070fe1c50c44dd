import { DOCKER_HUB, isLoopback } from '../../oci/reference';
import type { BuilderFile, BuildPaths, BuildStep } from '../builder';

export function registriesPath(paths: BuildPaths): string {
  return `${paths.store}/registries.conf`;
}

/**
 * https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
 * It replaces the machine's own file: what is built does not depend on where.
 */
export function registriesFile(step: BuildStep, dockerfile: string): BuilderFile {
  const plain = new Set([...step.insecure, ...loopbackRegistries(`${step.destination} ${dockerfile}`)]);
  const mirrorIsPlain = step.mirror !== undefined && isPlain(step.mirror, plain);
  const entries = [...plain].map((registry) => table({ location: registry, insecure: true }));
  if (step.mirror !== undefined) {
    entries.push(table({ prefix: DOCKER_HUB, location: step.mirror, insecure: mirrorIsPlain }));
  }
  return { path: registriesPath(step.paths), text: ['unqualified-search-registries = []\n', ...entries].join('\n') };
}

function isPlain(location: string, plain: ReadonlySet<string>): boolean {
  const registry = location.split('/', 1)[0] ?? '';
  return plain.has(registry) || isLoopback(registry);
}

/** What a Dockerfile names of this machine's registries; one too many does no harm. */
function loopbackRegistries(text: string): string[] {
  const hosts = text.match(/(?:\[::1\]|[A-Za-z0-9.-]+)(?::\d{1,5})?(?=\/)/g) ?? [];
  return hosts.filter(isLoopback);
}

/** JSON's strings are TOML's basic strings. */
function table(fields: Readonly<Record<string, string | boolean>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return ['[[registry]]', ...lines, ''].join('\n');
}
