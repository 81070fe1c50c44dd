import { DOCKER_HUB } from '../../oci/reference';
import type { Check } from './check';

/** What every mirror of Docker Hub has, or fetches. */
const PROBE = { registry: DOCKER_HUB, path: 'library/busybox', tag: 'latest' } as const;

export const checkMirror: Check = {
  name: 'mirror',
  find: async ({ facts, client }) => {
    const { mirror } = facts;
    if (mirror === undefined)
      return { verdict: 'ok', what: 'none: Docker Hub itself is asked, which limits how often' };
    const digest = await client.headManifest(PROBE);
    if (digest !== undefined) return { verdict: 'ok', what: `${mirror} answers for Docker Hub` };
    return {
      verdict: 'warning',
      what: `${mirror} answers, and has no ${PROBE.path}:${PROBE.tag}`,
      mend: 'It is the only one that is asked for images of Docker Hub: a mirror that fetches what it has not would have it. Is its path right?',
    };
  },
};
