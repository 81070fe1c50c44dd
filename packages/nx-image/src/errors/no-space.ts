import { HephyError } from './hephy-error';

/**
 * A full disk, or a used up quota, that some write ran into: no bug of anybody's. undefined: it is something else.
 * @param file what was written, where the error does not say it: only that of opening does
 */
export function noSpace(thrown: unknown, file?: string): HephyError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  if (thrown.code !== 'ENOSPC' && thrown.code !== 'EDQUOT') return undefined;
  const path = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : file;
  const what = path === undefined ? '' : ` for ${path}`;
  return new HephyError('BUILD_DISK_FULL', `no space was left${what} (${thrown.code})`, {
    hint: 'Make room on the disks of the workspace, of its cache and of the directory of temporary files.',
    cause: thrown,
  });
}
