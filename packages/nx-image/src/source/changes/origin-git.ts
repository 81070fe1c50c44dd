import { realpathSync } from 'node:fs';
import { HephyError } from '../../errors/hephy-error';
import { findRepository, trustDirectory } from '../find-repository';
import type { GitConfig } from '../git-environment';
import { withServerPatience } from '../server-patience';
import { jobTokenConfig } from '../job-token';
import { lastLines, runGit, type GitAccess, type GitCall, type GitEnd } from '../run-git';
import { withTrustOfGit } from '../upstream/trust-of-git';

/** The repository that a workspace is in. */
export interface OriginGit extends GitAccess {
  readonly root: string;
}

/** No hooks, and nothing goes on in the background once a call has ended. */
const CONFIG: GitConfig = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.writeCommitGraph': 'false',
};

const TIMEOUT_MS = 10 * 60_000;

/** @throws HephyError CHECKOUT_UNREADABLE where there is no repository */
export function openOriginGit(access: GitAccess, workspaceRoot: string): OriginGit {
  const root = findRepository(workspaceRoot);
  if (root === undefined) {
    throw new HephyError('CHECKOUT_UNREADABLE', `${realpathSync(workspaceRoot)} is in no git repository`, {
      hint: 'What changed is asked of git: run this in a clone (GIT_STRATEGY: fetch or clone in GitLab, actions/checkout in GitHub).',
    });
  }
  return { ...access, root };
}

/** A call that speaks with nobody. */
export function askHere(git: OriginGit, call: Omit<GitCall, 'cwd'>): Promise<GitEnd> {
  return runGit(git, { ...call, cwd: git.root, config: { ...CONFIG, ...trustDirectory(git.root), ...call.config } });
}

/** A call that speaks with origin, by the credentials that the clone has. */
export async function askOrigin(git: OriginGit, args: readonly string[]): Promise<GitEnd> {
  const token = await jobTokenConfig(git);
  return withTrustOfGit(git, (trust) =>
    askHere(
      { ...git, env: withServerPatience(git.env) },
      {
        arguments: args,
        config: { ...trust, ...token },
        timeout: TIMEOUT_MS,
      },
    ),
  );
}

/** Standard output of a call that must succeed. @throws HephyError CHECKOUT_UNREADABLE */
export async function readHere(git: OriginGit, args: readonly string[], config: GitConfig = {}): Promise<Buffer> {
  const end = await askHere(git, { arguments: args, config });
  if (end.exitCode !== 0) {
    throw new HephyError(
      'CHECKOUT_UNREADABLE',
      `git cannot read the checkout ${git.root}: ${lastLines(end.stderr, 1)}`,
      { hint: `Run \`git ${args[0] ?? ''}\` in ${git.root} and mend what it says.` },
    );
  }
  return end.stdout;
}

export async function readLine(git: OriginGit, args: readonly string[]): Promise<string> {
  return (await readHere(git, args)).toString().trim();
}
