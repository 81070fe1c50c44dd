import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerIdentity } from '../../process/owner';

/** In each private directory: whose it is, for those who find it after a crash. */
export const OWNER_FILE = 'owner';

/** A new directory for one build, that nobody else may look into. */
export async function makePrivateDirectory(workDirectory: string): Promise<string> {
  await mkdir(workDirectory, { recursive: true });
  const directory = await mkdtemp(join(workDirectory, 'build-'));
  await writeFile(join(directory, OWNER_FILE), ownerIdentity(), { mode: 0o600 });
  return directory;
}
