import { rm } from 'node:fs/promises';
import type { ProcessSpec, RunProcess } from '../../process/process';

/**
 * Removes a build's private directory, whatever modes images left in it. `asBuilder` removes what only the builder may: files of other users,
 * where the builder maps them.
 */
export async function removePlace(
  directory: string,
  asBuilder: Pick<ProcessSpec, 'file' | 'arguments' | 'env'> | undefined,
  runProcess: RunProcess,
): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    if (asBuilder === undefined) throw error;
    await runProcess({ ...asBuilder, capture: false });
    await rm(directory, { recursive: true, force: true });
  }
}
