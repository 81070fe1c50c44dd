import { createRegistryClient } from '../src/registry/client/create-registry-client';
import type { Credential, RegistryClient, RegistryClientOptions } from '../src/registry/registry';

/** Does not wait between its tries. */
export const AT_ONCE = { clock: { now: () => 0, sleep: () => Promise.resolve() } };

/** A client that has this credential for every registry, or none. */
export function clientOf(credential?: Credential, options: Partial<RegistryClientOptions> = {}): RegistryClient {
  return createRegistryClient({
    credentials: {
      credentialOf: () => Promise.resolve(credential),
      helperOf: () => Promise.resolve(undefined),
      secrets: () => [],
    },
    ...options,
  });
}
