import { rm } from 'node:fs/promises';

/**
 * Removes a build's private directory, whatever modes images left in it. `asBuilder` removes what only the builder may: files of other users,
 * where the builder maps them.
 */
export async function removePlace(directory: string, asBuilder: (() => Promise<unknown>) | undefined): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    if (asBuilder === undefined) throw error;
    await asBuilder();
    await rm(directory, { recursive: true, force: true });
  }
}
