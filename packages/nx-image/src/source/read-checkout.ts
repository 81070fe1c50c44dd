import { realpathSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { findRepository, trustDirectory } from './find-repository';
import { hashChanges } from './hash-changes';
import { JOB_DIRECTORY } from './job-directory';
import { latin1, readStatus, withSubmodules } from './read-status';
import { runGit, type GitAccess } from './run-git';
import type { CheckoutFacts } from './source';
import { withoutCredentials } from './without-credentials';

export interface CheckoutInput extends GitAccess {
  readonly workspaceRoot: string;
  /** Relative to the workspace root, `/` separated: where untracked files count. */
  readonly imageRoots: readonly string[];
}

/** Reads with two git processes, and two more for each submodule. @throws HephyError CHECKOUT_UNREADABLE, TOOL_MISSING */
export async function readCheckout(input: CheckoutInput): Promise<CheckoutFacts> {
  const root = findRepository(input.workspaceRoot);
  const outside: CheckoutFacts = { commit: undefined, dirty: undefined, changed: [], origin: undefined };
  if (root === undefined) return outside;
  const [status, origin] = await Promise.all([readStatus(input, root), readOrigin(input, root)]);
  if (status === undefined) return outside;
  const prefix = relative(root, realpathSync(input.workspaceRoot));
  const roots = input.imageRoots.map((one) => latin1(posix.join(prefix, one)));
  const ofJobs = latin1(posix.join(prefix, JOB_DIRECTORY));
  const counted = (await withSubmodules(input, status)).filter(
    ({ tracked, path }) => tracked || (!isInside(path, ofJobs) && roots.some((one) => isInside(path, one))),
  );
  // A path may be there twice: deleted from the index and untracked.
  const changes = [...new Map(counted.map((change) => [change.path, change])).values()];
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    commit: status.commit,
    dirty: changes.length === 0 ? undefined : await hashChanges(root, changes, input.signal),
    changed: changes.slice(0, 5).map(({ path }) => posix.relative(prefix, Buffer.from(path, 'latin1').toString())),
    origin,
  };
}

function isInside(path: string, directory: string): boolean {
  return directory === '.' || path.startsWith(`${directory}/`);
}

async function readOrigin(access: GitAccess, root: string): Promise<string | undefined> {
  // Not `git remote get-url`: that answers what `insteadOf` made of it, an address of this machine's.
  const end = await runGit(access, {
    arguments: ['config', '--get', 'remote.origin.url'],
    cwd: root,
    config: trustDirectory(root),
  });
  return end.exitCode === 0 ? withoutCredentials(end.stdout.toString().replace(/\n$/, '')) : undefined;
}
