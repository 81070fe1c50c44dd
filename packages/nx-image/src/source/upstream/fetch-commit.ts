import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import type { GitAccess, GitEnd } from '../run-git';
import { fillStored, useStored } from '../stored-directory';
import { askUpstream, runUpstreamGit, unreachable } from './upstream-git';

export interface FetchInput extends GitAccess {
  /** Directory of all fetched commits. */
  readonly store: string;
  readonly repo: string;
  /** 40 hex. */
  readonly commit: string;
  /** The ref in full by which it was found: for servers that give no commit by its id. */
  readonly name: string | undefined;
  /** Asked, where there is no name and the server gives no commit by its id, for a ref that has it. */
  readonly findName?: () => Promise<string | undefined>;
}

/** Outside of refs/heads, where git takes no tag object. */
const REF = 'refs/hephy/upstream';
const TIMEOUT_MS = 30 * 60_000;

/** The bare repository that holds the commit, or would. */
export function commitPath(store: string, commit: string): string {
  return join(store, `${commit}.git`);
}

/**
 * Fetches exactly the commit, without history, unless the store has it. Each commit has a bare repository of its own there: git's shallow repositories cannot be fetched into by two
 * processes at once, and these need no lock, may be removed one by one and share no objects between upstreams.
 * @throws HephyError UPSTREAM_REF_MISSING, UPSTREAM_UNREACHABLE
 */
export async function fetchCommit(input: FetchInput): Promise<void> {
  const path = commitPath(input.store, input.commit);
  if (useStored(path)) return;
  await fillStored(path, async (directory) => {
    makeBareRepository(directory);
    const byId = await fetchInto(directory, input, input.commit);
    const name = byId.exitCode === 0 ? input.name : await fetchByName(directory, input, byId);
    await checkCommit(directory, { ...input, name });
  });
}

/** What `git init --bare` makes, without its templates (and hooks). */
function makeBareRepository(directory: string): void {
  for (const name of ['objects', 'refs/heads']) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
  writeFileSync(join(directory, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
}

function fetchInto(directory: string, input: FetchInput, what: string): Promise<GitEnd> {
  return askUpstream(input, {
    arguments: [
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-write-fetch-head',
      '--',
      input.repo,
      `+${what}:${REF}`,
    ],
    repository: directory,
    timeout: TIMEOUT_MS,
  });
}

/** Some servers give only what a ref names: then the ref is fetched, and must still name the commit. Answers the ref. */
async function fetchByName(directory: string, input: FetchInput, byId: GitEnd): Promise<string> {
  const unadvertised = byId.stderr.includes('unadvertised object');
  const unknown = /not our ref|couldn't find remote ref|bad object/.test(byId.stderr);
  if (!unadvertised && !unknown) throw unreachable(input, byId);
  const repo = redact(input.repo);
  const name = input.name ?? (unadvertised ? await input.findName?.() : undefined);
  if (name === undefined) {
    throw new HephyError(
      'UPSTREAM_REF_MISSING',
      unknown ? `${repo} has no commit ${input.commit}` : `${repo} gives no commit by its id`,
      { hint: 'Write the tag or branch that has the commit in `upstream_ref`.' },
    );
  }
  const byName = await fetchInto(directory, input, name);
  if (byName.exitCode !== 0) throw unreachable(input, byName);
  return name;
}

async function checkCommit(directory: string, input: FetchInput): Promise<void> {
  const end = await runUpstreamGit(input, {
    arguments: ['rev-parse', '--verify', `${REF}^{commit}`],
    repository: directory,
  });
  const found = end.stdout.toString().trim();
  if (end.exitCode === 0 && found === input.commit) return;
  const repo = redact(input.repo);
  if (end.exitCode !== 0 || input.name === undefined) {
    throw new HephyError(
      'UPSTREAM_REF_MISSING',
      `${input.name ?? input.commit} of ${repo} is no commit${found === '' ? '' : ` but a tag of ${found}`}`,
      {
        hint: 'Write a tag, branch or commit that has files.',
      },
    );
  }
  const moved = `${input.name} of ${repo} moved from ${input.commit} to ${found} in between, and the server gives no commit by its id`;
  throw new HephyError('UPSTREAM_REF_MISSING', moved, { hint: 'Run again, or write a tag that does not move.' });
}
