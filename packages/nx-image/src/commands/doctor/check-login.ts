import type { Check } from './check';
import { afterRegistry } from './after-registry';

/** Which credentials would be used, and that the registry takes them. Of the credentials it says where they are, no more. */
export const checkLogin: Check = {
  name: 'registry login',
  find: (surroundings) =>
    afterRegistry(surroundings, async ({ registry }) => {
      const credential = await surroundings.credentials.credentialOf(registry);
      const source = credential?.source ?? 'the credential store';
      return {
        verdict: 'ok',
        what:
          credential === undefined
            ? `there are no credentials for ${registry}, and reading needs none`
            : `the credentials from ${source} are taken`,
      };
    }),
};
