import { quoted } from '../config/quoted';
import { HephyError } from '../errors/hephy-error';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer: below 1 KiB, in practice about 130 bytes. */
const POINTER = Buffer.from('version https://git-lfs.github.com/spec/v1\n');
const SIZES = { least: 100, most: 1024 };

/** Whether a file of this size may be a Git LFS pointer. */
export function mayBePointer(size: number): boolean {
  return size >= SIZES.least && size <= SIZES.most;
}

export function isPointer(bytes: Buffer): boolean {
  return mayBePointer(bytes.length) && bytes.subarray(0, POINTER.length).equals(POINTER);
}

/** Whether an attributes file puts any file into Git LFS. */
export function usesLfs(attributes: Buffer | string): boolean {
  return attributes.includes('filter=lfs');
}

/**
 * A pointer in an image is a text of 130 bytes under the name of a program or a model: a build that takes it succeeds and is wrong.
 * @throws HephyError CONTEXT_LFS_POINTERS where there are any
 */
export function refusePointers(paths: readonly string[], owner: string, hint: string): void {
  if (paths.length === 0) return;
  const names = paths.slice(0, 3).map(quoted).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  const what =
    paths.length === 1
      ? 'is a Git LFS pointer, not the file it stands for'
      : 'are Git LFS pointers, not the files they stand for';
  throw new HephyError('CONTEXT_LFS_POINTERS', `${names}${more} of ${owner} ${what}`, { hint });
}
