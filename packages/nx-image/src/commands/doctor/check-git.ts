import { findRepository } from '../../source/find-repository';
import { runGit } from '../../source/run-git';
import type { Check } from './check';

/** git, and a commit that tags can name. */
export const checkGit: Check = {
  name: 'git',
  find: async (surroundings) => {
    const { workspaceRoot, facts } = surroundings;
    const end = await runGit(surroundings, { arguments: ['--version'], cwd: workspaceRoot });
    const version = /\d+\.\d+[.\d]*/.exec(end.stdout.toString())?.[0] ?? 'of an unknown version';
    if (findRepository(workspaceRoot) === undefined) {
      return {
        verdict: 'warning',
        what: `git ${version}; the workspace is in no repository, so no commit names the images`,
        mend: 'git init, and commit.',
      };
    }
    if (facts.commit === undefined) {
      return {
        verdict: 'warning',
        what: `git ${version}; nothing is committed yet`,
        mend: 'Commit: tags name the commit.',
      };
    }
    return { verdict: 'ok', what: `git ${version}, at ${facts.commit.slice(0, 7)}` };
  },
};
