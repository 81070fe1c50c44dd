import { findRepository } from '../../source/find-repository';
import { runGit } from '../../source/run-git';
import type { Check } from './check';

const TOLERANCE_MS = 5 * 60 * 1000;

/** A clock that is behind makes tags of yesterday, and certificates and tokens that are not valid yet. The last commit was made before now. */
export const checkClock: Check = {
  name: 'clock',
  find: async (surroundings) => {
    const { workspaceRoot, now } = surroundings;
    const date = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const root = findRepository(workspaceRoot);
    const end =
      root === undefined
        ? undefined
        : await runGit(surroundings, { arguments: ['log', '-1', '--format=%ct'], cwd: root });
    const committed = end?.exitCode === 0 ? Number(end.stdout.toString().trim()) * 1000 : 0;
    if (committed > now() + TOLERANCE_MS) {
      return {
        verdict: 'warning',
        what: `it is ${date} here, which is before the last commit was made`,
        mend: 'Set the clock of this machine (timedatectl set-ntp true): tags have its date, and tokens and certificates go by it.',
      };
    }
    return { verdict: 'ok', what: date };
  },
};
