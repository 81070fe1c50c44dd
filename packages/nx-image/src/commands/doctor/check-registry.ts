import { join } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { formatRepository } from '../../oci/reference';
import { localRegistryStatus } from '../../registry/local/local-registry-status';
import type { Check } from './check';

/** Whether it is configured, and answers. */
export const checkRegistry: Check = {
  name: 'registry',
  find: async ({ registry, reach, cacheDirectory }) => {
    if (registry instanceof HephyError) throw registry;
    if (registry.kind === 'local') {
      const { running, directory } = await localRegistryStatus(join(cacheDirectory, 'registry'));
      const what = running === undefined ? 'is started when it is needed' : `runs at ${running.host}`;
      return { verdict: 'ok', what: `the local one, which ${what}; its data is in ${directory}` };
    }
    const name = formatRepository(registry.repository);
    try {
      await reach();
    } catch (error) {
      // A refusal is an answer; the login's check says what to do.
      if (!(error instanceof HephyError) || error.code !== 'REGISTRY_DENIED') throw error;
    }
    return { verdict: 'ok', what: `${name} answers` };
  },
};
