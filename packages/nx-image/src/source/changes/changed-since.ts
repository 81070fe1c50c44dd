import { HephyError } from '../../errors/hephy-error';
import { trustDirectory } from '../find-repository';
import type { GitAccess } from '../run-git';
import { isAncestor } from './comparable-commit';
import { askHere, openOriginGit } from './origin-git';
import { reachCommit } from './origin-history';

export interface SinceInput {
  /** In full. */
  readonly commit: string;
  /** Whether what others have committed beside it counts, too: files are compared, whatever leads from the one to the other. */
  readonly beside: boolean;
}

/**
 * Whether files of the directory (from the workspace root) differ between the commit, fetched where it is not here, and HEAD. undefined: the commit is nowhere, or `beside` is not asked for and
 * nothing that is here leads from it to HEAD.
 * @throws HephyError CHECKOUT_UNREADABLE where there is no repository
 */
export async function changedSince(
  input: GitAccess & { readonly workspaceRoot: string },
  directory: string,
  { commit, beside }: SinceInput,
): Promise<boolean | undefined> {
  const git = openOriginGit(input, input.workspaceRoot);
  try {
    if ((await reachCommit(git, commit)) === 'gone') return undefined;
  } catch (error) {
    if (error instanceof HephyError && error.code === 'HISTORY_MISSING') return undefined;
    throw error;
  }
  if (!beside && !(await isAncestor(git, commit))) return undefined;
  const options = ['-r', '--quiet', '--no-renames', '--ignore-submodules=none', '--no-ext-diff'];
  const { exitCode } = await askHere(
    { ...git, root: input.workspaceRoot },
    {
      arguments: ['diff-tree', ...options, commit, 'HEAD', '--', directory],
      config: trustDirectory(git.root),
    },
  );
  return exitCode === 0 ? false : exitCode === 1 ? true : undefined;
}
