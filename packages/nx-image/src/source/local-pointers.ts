import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { findRepository } from './find-repository';
import { refusePointers, usesLfs } from './lfs-pointers';

/**
 * Files that look like Git LFS pointers are such where an attributes file at or above them puts files into LFS.
 * @param paths from `directory`, absolute; `name` is how messages call it
 * @throws HephyError CONTEXT_LFS_POINTERS
 */
export function refuseLocalPointers(directory: string, paths: readonly string[], name: string): void {
  if (paths.length === 0) return;
  const root = findRepository(directory);
  if (root === undefined) return;
  const known = new Map<string, boolean>();
  const inLfs = (at: string): boolean => {
    const answer = known.get(at) ?? (saysLfs(at) || (at !== root && at !== dirname(at) && inLfs(dirname(at))));
    known.set(at, answer);
    return answer;
  };
  refusePointers(
    paths.filter((path) => inLfs(join(directory, posix.dirname(path)))),
    name,
    'Run `git lfs pull`, or name them in .dockerignore if the build does without them.',
  );
}

function saysLfs(directory: string): boolean {
  try {
    return usesLfs(readFileSync(join(directory, '.gitattributes')));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'].includes(code)) return false;
    throw error;
  }
}
