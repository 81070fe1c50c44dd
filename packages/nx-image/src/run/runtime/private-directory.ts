import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerIdentity } from '../../process/owner';

/** In each private directory: whose it is, for those who find it after a crash. */
export const OWNER_FILE = 'owner';

/** A new directory for one build, that nobody else may look into. */
export async function makePrivateDirectory(workDirectory: string): Promise<string> {
  await mkdir(workDirectory, { recursive: true });
  // In one go: what ends this process meanwhile would leave a directory that nobody knows whose it is.
  const directory = mkdtempSync(join(workDirectory, 'build-'));
  writeFileSync(join(directory, OWNER_FILE), ownerIdentity(), { mode: 0o600 });
  return directory;
}
