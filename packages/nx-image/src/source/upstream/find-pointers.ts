import { posix } from 'node:path';
import { isPointer, mayBePointer, usesLfs } from '../lfs-pointers';
import { readSmallBlobs } from './read-blobs';
import { readEntries, type CommitAccess, type TreeEntry } from './read-tree';

/**
 * The paths of Git LFS pointers. Where no attributes file puts anything into LFS, what looks like a pointer is a file as any other.
 * @param directory the context's, in the commit: attributes may stand above it
 * @param tree all of the context; `seen`: what a builder will see of it
 */
export async function findPointers(
  access: CommitAccess,
  directory: string,
  tree: readonly TreeEntry[],
  seen: readonly TreeEntry[],
): Promise<string[]> {
  const attributes = tree.filter(isAttributes);
  if (!(await anyUsesLfs(access, attributes)) && !(await usesLfsAbove(access, directory))) return [];
  const candidates = seen.filter(({ mode, size }) => mode.startsWith('100') && mayBePointer(size));
  const blobs = await readSmallBlobs(
    access,
    candidates.map(({ id }) => id),
  );
  return candidates.filter(({ id }) => isPointer(blobs.get(id) ?? Buffer.alloc(0))).map(({ path }) => path);
}

function isAttributes({ path, mode, size }: TreeEntry): boolean {
  return posix.basename(path) === '.gitattributes' && mode.startsWith('100') && size <= 1024 * 1024;
}

async function anyUsesLfs(access: CommitAccess, attributes: readonly TreeEntry[]): Promise<boolean> {
  const texts = await readSmallBlobs(
    access,
    attributes.map(({ id }) => id),
  );
  return [...texts.values()].some(usesLfs);
}

async function usesLfsAbove(access: CommitAccess, directory: string): Promise<boolean> {
  if (directory === '.') return false;
  const above = directory.split('/').map((_, index, parts) => posix.join(...parts.slice(0, index), '.gitattributes'));
  const entries = await readEntries(access, above);
  return anyUsesLfs(
    access,
    entries.filter((entry) => above.includes(entry.path) && isAttributes(entry)),
  );
}
