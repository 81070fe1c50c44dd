import { formatSize } from '../../report/amounts';
import { availableMemory } from '../../run/runtime/available-memory';
import type { Check } from './check';

/** As `run-builder` has it: with so much, images are unpacked into memory. */
const IN_MEMORY = 6 * 2 ** 30;
const LEAST = 512 * 2 ** 20;

export const checkMemory: Check = {
  name: 'memory',
  find: async () => {
    const bytes = await availableMemory();
    if (bytes === undefined) return { verdict: 'not known', what: 'this system does not say what is free' };
    const what = `${formatSize(bytes)} are free`;
    if (bytes < LEAST) {
      return {
        verdict: 'warning',
        what: `only ${what}: builds may be killed`,
        mend: 'Let fewer run at once (--parallel=1), or give the machine or its container more.',
      };
    }
    const where = bytes < IN_MEMORY ? 'on disk, which is slower (in memory from 6 GiB)' : 'in memory';
    return { verdict: 'ok', what: `${what}: bubblewrap’s roots are ${where}` };
  },
};
