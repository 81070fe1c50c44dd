import { existsSync } from 'node:fs';
import { splitNul } from './decode-path';
import { trustDirectory } from './find-repository';
import { lastLines, runGit, type GitAccess } from './run-git';

/** The paths of a checkout's submodules, as the index has them. A repository without `.gitmodules` has none, and no process is started for it. */
export async function listGitlinks(access: GitAccess, root: string): Promise<string[]> {
  if (!existsSync(`${root}/.gitmodules`)) return [];
  const listed = await runGit(access, {
    arguments: ['ls-files', '-s', '-z'],
    cwd: root,
    config: trustDirectory(root),
  });
  // What looks like a repository may be none.
  if (listed.stderr.includes('not a git repository')) return [];
  if (listed.exitCode !== 0) throw new Error(`git ls-files: ${lastLines(listed.stderr)}`);
  return splitNul(listed.stdout)
    .filter((entry) => entry.subarray(0, 7).toString() === '160000 ')
    .map((entry) => entry.subarray(entry.indexOf(9) + 1).toString());
}
