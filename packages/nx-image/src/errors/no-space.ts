import { HephyError } from './hephy-error';

/** A full disk, or a used up quota, that some write ran into: no bug of anybody's. undefined: it is something else. */
export function noSpace(thrown: unknown): HephyError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  if (thrown.code !== 'ENOSPC' && thrown.code !== 'EDQUOT') return undefined;
  const what = 'path' in thrown && typeof thrown.path === 'string' ? ` for ${thrown.path}` : '';
  return new HephyError('BUILD_DISK_FULL', `no space was left${what} (${thrown.code})`, {
    hint: 'Make room on the disks of the workspace, of its cache and of the directory of temporary files.',
    cause: thrown,
  });
}
