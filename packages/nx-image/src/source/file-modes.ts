import { realpathSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { decodePath, splitNul } from './decode-path';
import { findRepository, trustDirectory } from './find-repository';
import { lastLines, runGit, type GitAccess } from './run-git';

/**
 * What git says of files that the file system is not to be asked about, by path from the workspace root. Empty where the worktree tells the truth
 * (`core.fileMode` and `core.symlinks`, the rule): there the owner's x bit is git's mode, with an uncommitted chmod in it.
 */
export type FileModes = ReadonlyMap<string, 'file' | 'executable' | 'symlink'>;

const KINDS: Readonly<Partial<Record<string, 'file' | 'executable' | 'symlink'>>> = {
  '100644': 'file',
  '100755': 'executable',
  '120000': 'symlink',
};

/** One git process, two where the worktree's modes mean nothing; once a run for all images. */
export async function readFileModes(input: GitAccess & { readonly workspaceRoot: string }): Promise<FileModes> {
  const root = findRepository(input.workspaceRoot);
  if (root === undefined) return new Map();
  const config = trustDirectory(root);
  const settings = await runGit(input, {
    arguments: ['config', '--type=bool', '--get-regexp', '^core\\.(filemode|symlinks)$'],
    cwd: root,
    config,
  });
  const last = new Map(
    settings.stdout
      .toString()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const [modes, links] = [last.get('core.filemode') !== 'false', last.get('core.symlinks') !== 'false'];
  if (modes && links) return new Map();
  const prefix = relative(root, realpathSync(input.workspaceRoot));
  const listed = await runGit(input, {
    arguments: ['ls-files', '-s', '-z', ...(prefix === '' ? [] : ['--', prefix])],
    cwd: root,
    config,
  });
  // What looks like a repository may be none: then the worktree is all there is.
  if (listed.stderr.includes('not a git repository')) return new Map();
  if (listed.exitCode !== 0) throw new Error(`git ls-files: ${lastLines(listed.stderr)}`);
  const known = splitNul(listed.stdout).flatMap((entry) => {
    const kind = KINDS[entry.subarray(0, 6).toString('latin1')];
    const path = decodePath(entry.subarray(entry.indexOf(9) + 1));
    if (kind === undefined || path === undefined || (kind === 'symlink' ? links : modes)) return [];
    return [[posix.relative(prefix, path), kind] as const];
  });
  return new Map(known);
}
