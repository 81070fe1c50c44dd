import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitIn } from './git-repository';

export interface CiCheckout {
  readonly commit: string;
  /** The branch of the pipeline, where it has one. */
  readonly branch?: string;
  /** GIT_DEPTH; undefined: all branches with all of their history. */
  readonly depth?: number;
}

/**
 * A checkout as GitLab's runner makes it: the commit, detached, and of a shallow clone no ref but the branch. Below `parent`. It is made from origin's directory, for a server in
 * the process of the test answers nobody meanwhile; its remote is origin's address.
 */
export function checkOutAsGitlab(
  origin: { readonly directory: string; readonly url: string },
  { commit, branch, depth }: CiCheckout,
  parent = tmpdir(),
): string {
  const directory = mkdtempSync(join(parent, 'checkout-'));
  const git = (...args: readonly string[]) => gitIn(directory, args);
  git('init', '--quiet', '--initial-branch=none');
  git('remote', 'add', 'origin', origin.url);
  const refs =
    depth === undefined
      ? ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
      : branch === undefined
        ? []
        : [`+refs/heads/${branch}:refs/remotes/origin/${branch}`];
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  git(
    'fetch',
    '--quiet',
    '--no-tags',
    ...shallow,
    `file://${origin.directory}`,
    `+${commit}:refs/pipelines/1`,
    ...refs,
  );
  git('checkout', '--quiet', '--force', '--detach', commit);
  return directory;
}
