import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OWNER_FILE } from './private-directory';

/**
 * Removes a build's private directory, whatever modes images left in it. `asBuilder` removes what only the builder may: files of other users,
 * where the builder maps them. What says whose it is goes last: a removal that is cut short is for the next run to end.
 */
export async function removePlace(directory: string, asBuilder: (() => Promise<unknown>) | undefined): Promise<void> {
  try {
    await removeAll(directory);
  } catch (error) {
    if (asBuilder === undefined) throw error;
    await asBuilder();
    await removeAll(directory);
  }
}

async function removeAll(directory: string): Promise<void> {
  const forGood = { recursive: true, force: true };
  const names = await readdir(directory).catch(whenGone);
  for (const name of names.filter((one) => one !== OWNER_FILE)) await rm(join(directory, name), forGood);
  await rm(directory, forGood);
}

function whenGone(error: unknown): readonly string[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}
