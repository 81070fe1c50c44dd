import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { hashFile } from './hash-file';
import { latin1, type Change } from './read-status';

/** 6 hex over what the changed paths hold in the worktree now: the same changes have the same hash in any clone, staged or not. */
export async function hashChanges(root: string, changes: readonly Change[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const change of changes) {
    signal?.throwIfAborted();
    const [kind, content] = await stateOf(Buffer.from(`${latin1(root)}/${change.path}`, 'latin1'), change, signal);
    hash.update(Buffer.from(`${change.path}\0${kind}\0${content}\0`, 'latin1'));
  }
  return hash.digest('hex').slice(0, 6);
}

async function stateOf(
  path: Buffer,
  change: Change,
  signal?: AbortSignal,
): Promise<readonly [kind: string, content: string]> {
  if (change.submodule !== undefined) return ['submodule', change.submodule];
  let stats: Stats | undefined;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A parent directory has become a file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
  }
  if (stats === undefined) return ['deleted', ''];
  if (stats.isSymbolicLink()) return ['symlink', readlinkSync(path, 'latin1')];
  // A repository inside of this one that is no submodule: git names its directory and leaves it at that.
  if (stats.isDirectory()) return change.tracked ? ['deleted', ''] : ['directory', await hashDirectory(path)];
  if (!stats.isFile()) return ['special', ''];
  const { hash, executable } = await hashFile(path, signal);
  const kind = change.mode === '000000' ? (executable ? '100755' : '100644') : change.mode;
  return [kind, hash];
}

async function hashDirectory(directory: Buffer): Promise<string> {
  const hash = createHash('sha256');
  const names = readdirSync(directory, { encoding: 'buffer' }).sort((a, b) => Buffer.compare(a, b));
  for (const name of names.filter((one) => one.toString() !== '.git')) {
    const path = Buffer.concat([directory, Buffer.from('/'), name]);
    const [kind, content] = await stateOf(path, { path: '', mode: '000000', tracked: false });
    hash.update(`${name.toString('latin1')}\0${kind}\0${content}\0`);
  }
  return hash.digest('hex');
}
