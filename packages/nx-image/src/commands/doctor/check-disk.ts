import { join } from 'node:path';
import { formatSize } from '../../report/amounts';
import { freeSpace } from '../../run/free-space';
import type { Check } from './check';

/** Below the first no build ends well, below the second few do. */
const LEAST = 64e6;
const AMPLE = 5e9;
const MEND = 'Make room there, or put the cache of nx elsewhere: NX_CACHE_DIRECTORY, or cacheDirectory in nx.json.';

/** Contexts, bases and what is not built in memory lie in the cache directory, logs and results in dist. */
export const checkDisk: Check = {
  name: 'disk',
  find: async ({ cacheDirectory, workspaceRoot }) => {
    const places = [cacheDirectory, join(workspaceRoot, 'dist')];
    const spaces = await Promise.all(places.map(async (place) => ({ place, free: await freeSpace(place) })));
    const known = spaces.flatMap(({ place, free }) => (free === undefined ? [] : [{ place, ...free }]));
    const [least] = [...known].sort((a, b) => a.bytes - b.bytes);
    if (least === undefined) return { verdict: 'not known', what: 'the file system does not say what is free' };
    const inodes = known.find(({ files }) => files === 0);
    if (inodes !== undefined) {
      return {
        verdict: 'failed',
        what: `no files can be made in ${inodes.place}`,
        mend: MEND,
        code: 'BUILD_DISK_FULL',
      };
    }
    const what = `${formatSize(least.bytes)} are free in ${least.place}`;
    if (least.bytes < LEAST) return { verdict: 'failed', what: `only ${what}`, mend: MEND, code: 'BUILD_DISK_FULL' };
    if (least.bytes < AMPLE) return { verdict: 'warning', what: `only ${what}: large images will not fit`, mend: MEND };
    return { verdict: 'ok', what };
  },
};
