import { formatRepository } from '../../oci/reference';
import { afterRegistry } from './after-registry';
import type { Check } from './check';

/** Permission to push, really tried: an upload is begun and cancelled. */
export const checkPush: Check = {
  name: 'registry push',
  find: (surroundings) =>
    afterRegistry(surroundings, async (repository) => {
      const name = formatRepository(repository);
      if ((await surroundings.push()) === 'allowed') {
        return { verdict: 'ok', what: `may push to ${name}: an upload was begun and cancelled` };
      }
      return { verdict: 'not known', what: `${name} begins no uploads in the way that could be tried` };
    }),
};
