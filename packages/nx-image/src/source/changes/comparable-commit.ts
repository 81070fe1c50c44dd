import type { Base } from '../../ci/base-question';
import type { GitAccess } from '../run-git';
import { askHere, openOriginGit, readHere, readLine, type OriginGit } from './origin-git';

/** Whose commits these are; fixed, so that the same files are the same commit. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'hephy',
  GIT_AUTHOR_EMAIL: 'hephy@localhost',
  GIT_AUTHOR_DATE: '1970-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'hephy',
  GIT_COMMITTER_EMAIL: 'hephy@localhost',
  GIT_COMMITTER_DATE: '1970-01-01T00:00:00Z',
};

/**
 * The commit to give to `nx affected --base`, which compares with what base and HEAD have in common. Of a base that HEAD does not descend from, or may not as far as a shallow clone knows, this
 * is a commit of the same files without parents: they have nothing in common then, and nx compares with it as it is. Of everything it is one of no files.
 * @throws HephyError CHECKOUT_UNREADABLE
 */
export async function comparableCommit(
  input: GitAccess & { readonly workspaceRoot: string },
  base: Base,
): Promise<string> {
  const git = openOriginGit(input, input.workspaceRoot);
  if (base.kind === 'everything') {
    const empty = await askHere(git, { arguments: ['hash-object', '-t', 'tree', '--stdin'], stdin: '' });
    return withoutParents(git, empty.stdout.toString().trim());
  }
  if (await isAncestor(git, base.commit)) return base.commit;
  return withoutParents(git, await readLine(git, ['rev-parse', '--verify', `${base.commit}^{tree}`]));
}

export async function isAncestor(git: OriginGit, commit: string): Promise<boolean> {
  const end = await askHere(git, { arguments: ['merge-base', '--is-ancestor', commit, 'HEAD'] });
  return end.exitCode === 0;
}

async function withoutParents(git: OriginGit, tree: string): Promise<string> {
  const env = { ...git.env, ...IDENTITY };
  return (await readHere({ ...git, env }, ['commit-tree', '-m', 'Files to compare with', tree])).toString().trim();
}
