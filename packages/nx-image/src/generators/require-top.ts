import { existsSync, realpathSync } from 'node:fs';
import { HephyError } from '../errors/hephy-error';
import { findRepository } from '../source/find-repository';

/**
 * CI systems read their file at the top of the repository, and start jobs there.
 * @param root of the workspace
 * @throws HephyError WORKSPACE_NOT_TOP
 */
export function requireTop(root: string): void {
  if (!existsSync(root)) return;
  const top = findRepository(root);
  if (top === undefined || top === realpathSync(root)) return;
  throw new HephyError('WORKSPACE_NOT_TOP', `the workspace is a directory of the repository ${top}, and not its top`, {
    hint: 'Nothing was written: CI would not read it, and its jobs would start above the workspace. Move nx.json, package.json and its lock file to the top of the repository; the images may stay where they are.',
  });
}
