import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HephyError } from '../errors/hephy-error';

const PARTIAL = '.partial-';

/** Whether the store has it; then it counts as used now, and no sweep takes it for a day. */
export function useStored(path: string): boolean {
  markUsed(path);
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Fills a directory of its own and gives it its place in the store: whole, or not there. Where another process is faster theirs is kept, it is the same.
 * @throws HephyError BUILD_DISK_FULL
 */
export async function fillStored(path: string, fill: (directory: string) => Promise<void>): Promise<void> {
  const store = dirname(path);
  mkdirSync(store, { recursive: true });
  const partial = mkdtempSync(join(store, PARTIAL));
  try {
    const directory = join(partial, 'whole');
    mkdirSync(directory);
    await fill(directory);
    place(directory, path);
    markUsed(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    throw new HephyError('BUILD_DISK_FULL', `no space is left in ${store}`, { hint: 'Make room on that disk.', cause });
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** What a process that was killed left half done. */
export function isPartial(name: string): boolean {
  return name.startsWith(PARTIAL);
}

function place(directory: string, path: string): void {
  try {
    renameSync(directory, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** The mark lies beside the directory, whose own times are fixed. */
function markUsed(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(`${path}.used`, '');
    const now = new Date();
    utimesSync(`${path}.used`, now, now);
  } catch (error) {
    // Another user's mark: theirs keeps it, or they sweep it and it is made again.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
  }
}
