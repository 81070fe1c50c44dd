import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HephyError } from '../errors/hephy-error';

/**
 * CI systems read their file at the top of the repository, and start jobs there.
 * @param root of the workspace
 * @throws HephyError WORKSPACE_NOT_TOP
 */
export function requireTop(root: string): void {
  const top = findTop(root);
  if (top === undefined || top === root) return;
  throw new HephyError('WORKSPACE_NOT_TOP', `the workspace is a directory of the repository ${top}, and not its top`, {
    hint: 'Nothing was written: CI would not read it, and its jobs would start above the workspace. Move nx.json, package.json and its lock file to the top of the repository; the images may stay where they are.',
  });
}

/** Of the repository that the directory is in; git need not be installed. undefined: of none. */
function findTop(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : findTop(parent);
}
