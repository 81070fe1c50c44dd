import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPartial } from './stored-directory';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes from a store of contexts or of upstreams what nobody used for a day, and what an ended process left half done. What another user owns and we may not
 * remove stays.
 */
export function sweepStore(store: string, olderThan = DAY_MS): void {
  for (const name of list(store)) {
    const path = join(store, name);
    if (name.endsWith('.used')) {
      if (isOld(path, olderThan) && statSync(path.slice(0, -'.used'.length), { throwIfNoEntry: false }) === undefined) {
        remove(path);
      }
    } else if (isPartial(name)) {
      if (isOld(path, olderThan)) remove(path);
    } else if (isOld(`${path}.used`, olderThan)) {
      sweep(store, name, olderThan);
    }
  }
}

/** Out of the way first: whoever comes after that makes a new one; whoever came just before gets it back. */
function sweep(store: string, name: string, olderThan: number): void {
  const path = join(store, name);
  const aside = join(store, `.partial-sweep-${process.pid}-${name}`);
  if (
    !attempt(() => {
      renameSync(path, aside);
    })
  )
    return;
  if (isOld(`${path}.used`, olderThan)) {
    remove(`${path}.used`);
  } else if (
    attempt(() => {
      renameSync(aside, path);
    })
  ) {
    return;
  }
  remove(aside);
}

function list(store: string): string[] {
  try {
    return readdirSync(store);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Without a mark it is old. */
function isOld(path: string, olderThan: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || Date.now() - stats.mtimeMs > olderThan;
}

function remove(path: string): void {
  attempt(() => {
    rmSync(path, { recursive: true, force: true });
  });
}

/** False: another process or another user had the better of us. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EACCES', 'EPERM', 'EBUSY'].includes(code)) throw error;
    return false;
  }
}
