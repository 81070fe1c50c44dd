import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { HephyError } from '../errors/hephy-error';
import { findRepository } from './find-repository';
import type { IgnoreRules } from './ignore-rules';
import { listGitlinks } from './list-gitlinks';
import type { GitAccess } from './run-git';

const MOST_DEEP = 8;

/** Submodules of the checkout that nobody has checked out, those of submodules too: paths from the workspace root. Once a run for all images. */
export async function readMissingSubmodules(
  input: GitAccess & { readonly workspaceRoot: string },
): Promise<readonly string[]> {
  const root = findRepository(input.workspaceRoot);
  if (root === undefined) return [];
  const prefix = relative(root, realpathSync(input.workspaceRoot));
  return (await findMissing(input, root, 0)).map((path) => posix.relative(prefix, path));
}

async function findMissing(access: GitAccess, root: string, depth: number): Promise<string[]> {
  if (depth > MOST_DEEP) return [];
  const found = (await listGitlinks(access, root)).map(async (path) => {
    const directory = `${root}/${path}`;
    if (isEmpty(directory)) return [path];
    // Files without a repository of their own are what there is.
    if (!existsSync(`${directory}/.git`)) return [];
    return (await findMissing(access, directory, depth + 1)).map((inner) => `${path}/${inner}`);
  });
  return (await Promise.all(found)).flat();
}

function isEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).every((name) => name === '.git');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') return true;
    if (code === 'ENOTDIR' || code === 'EACCES') return false;
    throw error;
  }
}

/**
 * An image of a directory that is not there yet would be built, and wrong.
 * @param context from the workspace root
 * @throws HephyError SUBMODULE_MISSING
 */
export function refuseMissingSubmodules(missing: readonly string[], context: string, rules: IgnoreRules): void {
  const needed = missing.find((path) => {
    const inside = posix.relative(context, path);
    if (inside === '' || !inside.startsWith('..'))
      return inside === '' || !rules.ignores(inside) || !rules.prunes(inside);
    return context.startsWith(`${path}/`);
  });
  if (needed === undefined) return;
  throw new HephyError('SUBMODULE_MISSING', `${needed} is a submodule that is not checked out`, {
    hint: `Run: git submodule update --init ${quoteWord(needed)}\nIn GitLab CI: GIT_SUBMODULE_STRATEGY: recursive`,
  });
}

function quoteWord(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
