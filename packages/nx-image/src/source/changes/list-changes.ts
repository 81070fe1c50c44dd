import { realpathSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { splitNul } from '../decode-path';
import { trustDirectory } from '../find-repository';
import type { GitAccess } from '../run-git';
import { askHere, openOriginGit, readHere, type OriginGit } from './origin-git';

export interface Changes {
  /** Below the workspace root and from there: changed, new and deleted ones; a renamed file is two. */
  readonly paths: readonly string[];
  /** The same beside the workspace, in its repository: `../…`. */
  readonly beside: readonly string[];
  /** With which `git diff --name-only` of others lists the same: paths as they are, and submodules that `.gitmodules` wants ignored. */
  readonly config: Readonly<Record<string, string>>;
}

/** What differs between the files of the commit and those of HEAD. @throws HephyError CHECKOUT_UNREADABLE */
export async function listChanges(
  input: GitAccess & { readonly workspaceRoot: string },
  commit: string,
): Promise<Changes> {
  const git = openOriginGit(input, input.workspaceRoot);
  const output = await readHere(git, [
    'diff-tree',
    ...['-r', '-z', '--raw', '--no-renames', '--ignore-submodules=none', '--no-ext-diff'],
    ...[commit, 'HEAD', '--'],
  ]);
  const above = relative(git.root, realpathSync(input.workspaceRoot));
  const inside = above === '' ? '' : `${above}/`;
  const paths: string[] = [];
  const beside: string[] = [];
  let submodules = false;
  const parts = splitNul(output);
  // https://git-scm.com/docs/git-diff-tree#_raw_output_format: fields, then the path.
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const modes = (parts[at] ?? Buffer.of()).toString('latin1').slice(1).split(' ', 2);
    const path = (parts[at + 1] ?? Buffer.of()).toString();
    submodules ||= modes.includes('160000');
    if (path.startsWith(inside)) paths.push(path.slice(inside.length));
    else beside.push(posix.relative(above, path));
  }
  const ignored = submodules ? await keysOfIgnored(git) : [];
  return {
    paths,
    beside,
    config: {
      ...trustDirectory(git.root),
      'core.quotePath': 'false',
      'diff.ignoreSubmodules': 'none',
      ...Object.fromEntries(ignored.map((key) => [key, 'none'])),
    },
  };
}

/** Settings of `.gitmodules`, and of the repository, by which git hides changes of submodules. */
async function keysOfIgnored(git: OriginGit): Promise<string[]> {
  const ask = ['--name-only', '-z', '--get-regexp', '^submodule\\..*\\.ignore$'];
  const ends = await Promise.all([
    askHere(git, { arguments: ['config', '--blob', 'HEAD:.gitmodules', ...ask] }),
    askHere(git, { arguments: ['config', ...ask] }),
  ]);
  return ends.flatMap(({ stdout }) => splitNul(stdout).map(String));
}
