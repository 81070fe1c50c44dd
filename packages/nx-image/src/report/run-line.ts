import { renameRegistry } from '../builders/loopback';
import { isLoopback, parseReference } from '../oci/reference';
import { quoteWord } from './quote-word';
import { pullReferences } from './reference-lines';
import type { BuildResult, ImageResult } from './result';

/** The machine of somebody who wants to try what was built. */
export interface Laptop {
  readonly engine: 'docker' | 'podman';
  /** As `linux/amd64`. */
  readonly platform: string;
  /** Registries without TLS, or with any certificate; loopback ones apart. */
  readonly insecure: readonly string[];
  /** How the engine reaches this machine's loopback, where it is in a virtual machine. */
  readonly loopback?: string;
}

/** Below this only root may publish a port. */
const FIRST_FREE_PORT = 1024;
/** 80 becomes 8080, 443 becomes 8443. */
const SHIFT = 8000;

/** Of each image of which one platform was made, and no index, the command that runs it: one line each, to be pasted as it is. */
export function runLines(results: readonly ImageResult[], laptop: Laptop): readonly string[] {
  return results.flatMap((result) => {
    const [build, ...more] = result.builds;
    if (build?.digest === undefined || more.length > 0 || result.manifest !== undefined) return [];
    const [reference] = pullReferences(result);
    return reference === undefined ? [] : [runLine(build, reference, laptop)];
  });
}

function runLine(build: BuildResult, ours: string, { engine, platform, insecure, loopback }: Laptop): string {
  const registry = parseReference(ours)?.registry ?? '';
  const reference = loopback === undefined ? ours : renameRegistry(ours, loopback);
  const plain = isLoopback(registry) || insecure.includes(registry);
  return [
    ...[engine, 'run', '--rm', '-it'],
    ...(build.platform === platform ? [] : ['--platform', build.platform]),
    // docker knows loopback registries as insecure; what else is so it has in its own configuration.
    ...(engine === 'podman' && plain ? ['--tls-verify=false'] : []),
    ...(build.exposes ?? []).flatMap((port) => {
      const published = publish(port);
      return published === undefined ? [] : ['-p', published];
    }),
    reference,
  ]
    .map(quoteWord)
    .join(' ');
}

/** `8080/tcp` as this machine alone reaches it; undefined for what is no port. */
function publish(exposed: string): string | undefined {
  const [, port, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(exposed) ?? [];
  if (port === undefined) return undefined;
  const host = Number(port) < FIRST_FREE_PORT ? Number(port) + SHIFT : Number(port);
  return `127.0.0.1:${host}:${port}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}
