import { posix } from 'node:path';
import { readSmallBlobs } from './read-blobs';
import type { CommitAccess, TreeEntry } from './read-tree';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer: below 1 KiB, in practice about 130 bytes. */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const SIZES = { least: 100, most: 1024 };

/**
 * A line for Git LFS pointers, where the upstream uses LFS at all: what they point at is not fetched, and the image gets the pointers.
 * `tree` is the whole commit; undefined where only a directory of it was read, and the attributes may stand above.
 */
export async function findPointers(
  access: CommitAccess,
  tree: readonly TreeEntry[] | undefined,
  seen: readonly TreeEntry[],
): Promise<readonly string[]> {
  if (tree !== undefined && !(await usesLfs(access, tree))) return [];
  const candidates = seen.filter(
    ({ mode, size }) => mode.startsWith('100') && size >= SIZES.least && size <= SIZES.most,
  );
  const blobs = await readSmallBlobs(
    access,
    candidates.map(({ id }) => id),
  );
  const pointers = candidates.filter(({ id }) => blobs.get(id)?.toString('latin1').startsWith(POINTER) === true);
  if (pointers.length === 0) return [];
  const names = pointers.slice(0, 3).map(({ path }) => path);
  const more = pointers.length > names.length ? ` and ${pointers.length - names.length} more` : '';
  return [`Git LFS content is not fetched, the image gets pointers in its place: ${names.join(', ')}${more}`];
}

async function usesLfs(access: CommitAccess, tree: readonly TreeEntry[]): Promise<boolean> {
  const attributes = tree.filter(({ path, mode }) => posix.basename(path) === '.gitattributes' && mode !== '120000');
  const texts = await readSmallBlobs(
    access,
    attributes.map(({ id }) => id),
  );
  return [...texts.values()].some((text) => text.includes('filter=lfs'));
}
