import type { Answer } from './exchange';
import type { Endpoint } from './endpoint';

export interface Schemes {
  /** The endpoint with the scheme that its registry speaks. */
  settle(endpoint: Endpoint): Promise<Endpoint>;
}

/**
 * An insecure registry speaks TLS with whatever certificate, or plain HTTP; which, is found as docker and Kaniko find it: TLS is tried first. Asked once a
 * registry.
 */
export function createSchemes({
  insecure,
  signal,
  ask,
}: {
  readonly insecure: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly ask: (url: URL) => Promise<Answer>;
}): Schemes {
  const speaksTls = new Map<string, Promise<boolean>>();
  const probe = async (registry: string): Promise<boolean> => {
    try {
      await ask(new URL(`https://${registry}/v2/`));
      return true;
    } catch {
      signal?.throwIfAborted();
      return false;
    }
  };
  return {
    async settle(endpoint) {
      const { registry } = endpoint;
      if (!insecure.includes(registry)) return endpoint;
      let answer = speaksTls.get(registry);
      if (answer === undefined) speaksTls.set(registry, (answer = probe(registry)));
      return (await answer) ? { ...endpoint, origin: `https://${registry}` } : endpoint;
    },
  };
}
