import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest directory at or above this one that has a `.git`, links resolved; undefined outside a repository. */
export function findRepository(directory: string): string | undefined {
  for (let root = realpathSync(directory); ; root = dirname(root)) {
    if (statSync(join(root, '.git'), { throwIfNoEntry: false }) !== undefined) return root;
    if (root === dirname(root)) return undefined;
  }
}

/**
 * Lets git read a repository that belongs to another user: in CI the checkout is often another user's than the job's. What `safe.directory` guards
 * against is configuration in a stranger's repository that runs programs; whoever runs hephy in a workspace runs its nx.json and Dockerfiles anyway.
 */
export function trustDirectory(root: string): Record<string, string> {
  return { 'safe.directory': root };
}
