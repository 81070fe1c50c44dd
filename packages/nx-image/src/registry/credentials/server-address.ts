import { DOCKER_HUB } from '../../oci/reference';

/** The key under which docker keeps Docker Hub's login, and what its helpers are asked for. */
const HUB_ADDRESS = 'https://index.docker.io/v1/';

/** What a helper is asked for. */
export function serverAddressOf(registry: string): string {
  return registry === DOCKER_HUB ? HUB_ADDRESS : registry;
}

/** The keys that mean the registry, in docker's order. */
export function keysOf(registry: string): readonly string[] {
  return registry === DOCKER_HUB ? [HUB_ADDRESS, 'index.docker.io', DOCKER_HUB, 'registry-1.docker.io'] : [registry];
}

/** The host of a key that may be a URL: `https://host:5000/v1/` is `host:5000`, as docker's ConvertToHostname has it. */
export function hostOfKey(key: string): string {
  return key.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/')[0] ?? '';
}
