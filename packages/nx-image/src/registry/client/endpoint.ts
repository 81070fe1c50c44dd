import { HephyError } from '../../errors/hephy-error';
import { DOCKER_HUB, isLoopback, parseRepository, type Repository } from '../../oci/reference';

export type Access = 'pull' | 'push' | 'delete';

/** Where the requests for a repository go. */
export interface Endpoint {
  /** Whose credentials count: the registry as docker names it. */
  readonly registry: string;
  /** `https://registry-1.docker.io`. */
  readonly origin: string;
  /** The path there: a mirror puts its prefix before it. */
  readonly path: string;
  /** Docker Hub is read from here instead. */
  readonly isMirror: boolean;
}

export interface EndpointOptions {
  readonly mirror?: string;
  readonly insecure?: readonly string[];
  /** What this run publishes to: read where it is written, never from a mirror that may be behind. */
  readonly home?: Repository;
}

/** Docker Hub's API does not live where its name says. */
const HUB_API = 'registry-1.docker.io';

/** A mirror answers reads of docker.io, and is the only one asked; writes go to Docker Hub itself. */
export function endpointOf(repository: Repository, access: Access, options: EndpointOptions): Endpoint {
  const isHome = repository.registry === options.home?.registry && repository.path === options.home.path;
  if (repository.registry === DOCKER_HUB && access === 'pull' && options.mirror !== undefined && !isHome) {
    const mirror = parseMirror(options.mirror);
    const path = mirror.prefix === '' ? repository.path : `${mirror.prefix}/${repository.path}`;
    return { registry: mirror.registry, origin: originOf(mirror.registry, options), path, isMirror: true };
  }
  const { registry, path } = repository;
  return { registry, origin: originOf(registry, options), path, isMirror: false };
}

function originOf(registry: string, options: EndpointOptions): string {
  if (registry === DOCKER_HUB) return `https://${HUB_API}`;
  const plain = isLoopback(registry) || (options.insecure ?? []).some((host) => host === registry);
  return `${plain ? 'http' : 'https'}://${registry}`;
}

/** `host[:port][/prefix]`. */
function parseMirror(mirror: string): { registry: string; prefix: string } {
  const [registry = '', ...prefix] = mirror.replace(/\/$/, '').split('/');
  // A repository below the prefix says whether both are well formed; a host without dot or port would read as a path.
  const probe = parseRepository([registry, ...prefix, 'x'].join('/'));
  if (probe === undefined || (probe.registry !== registry && probe.registry !== DOCKER_HUB)) {
    throw new HephyError('OPTIONS_INVALID', `the mirror of Docker Hub is not a host and a path: ${mirror}`, {
      hint: 'Write it as host[:port][/prefix], without https://.',
    });
  }
  if (probe.registry === DOCKER_HUB && !registry.endsWith('docker.io')) {
    throw new HephyError('OPTIONS_INVALID', `the mirror of Docker Hub has no host: ${mirror}`, {
      hint: 'Write it as host[:port][/prefix]; a host without a dot needs its port.',
    });
  }
  return { registry: probe.registry, prefix: prefix.join('/') };
}
