import { posix, relative } from 'node:path';
import { realpathSync } from 'node:fs';
import { decodePath, splitNul } from './decode-path';
import { findRepository, trustDirectory } from './find-repository';
import { lastLines, runGit, type GitAccess } from './run-git';

/** What a fresh checkout of the commit has. */
export interface TrackedFiles {
  /** Of the workspace, from the root of the checkout; `.` for itself. */
  readonly prefix: string;
  /** From the root of the checkout, sorted; files of submodules that are checked out here too, other submodules as the path that they would be at. */
  readonly paths: readonly string[];
}

/** One git process for the whole repository. undefined outside of one. */
export async function listTracked(
  access: GitAccess & { readonly workspaceRoot: string },
): Promise<TrackedFiles | undefined> {
  const root = findRepository(access.workspaceRoot);
  if (root === undefined) return undefined;
  const listed = await runGit(access, {
    arguments: ['ls-files', '-z', '--recurse-submodules'],
    cwd: root,
    config: trustDirectory(root),
  });
  if (listed.exitCode !== 0) throw new Error(`git ls-files: ${lastLines(listed.stderr)}`);
  // A name that is no UTF-8 is in no context: `listContext` refuses it.
  const paths = splitNul(listed.stdout).flatMap((bytes) => decodePath(bytes) ?? []);
  return { prefix: posix.normalize(relative(root, realpathSync(access.workspaceRoot)) || '.'), paths: paths.sort() };
}
