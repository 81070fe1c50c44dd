import { askForBase, type Base, type BaseQuestion } from '../../ci/base-question';
import { HephyError } from '../../errors/hephy-error';
import type { GitAccess } from '../run-git';
import { reachCommit, isShallow, readOriginRef, WHOLE_HISTORY } from './origin-history';
import { findMergeBase } from './find-merge-base';
import { askHere, openOriginGit, readHere, readLine, type OriginGit } from './origin-git';
import { readEvent } from './read-event';

export interface BaseInput extends GitAccess {
  readonly workspaceRoot: string;
  /** What somebody named by `--base`, before anything that the CI system says. */
  readonly given?: string;
}

/**
 * With what HEAD is compared: the environment says what to ask, git answers, and what is not here is fetched from origin.
 * @throws HephyError CHANGES_UNKNOWN, HISTORY_MISSING, CHECKOUT_UNREADABLE
 */
export async function findBaseCommit(input: BaseInput): Promise<Base> {
  const git = openOriginGit(input, input.workspaceRoot);
  return answer(git, askForBase(input.env, await readEvent(input.env), input.given));
}

async function answer(git: OriginGit, question: BaseQuestion): Promise<Base> {
  switch (question.kind) {
    case 'everything':
      return question;
    case 'commit':
      return answerCommit(git, question);
    case 'merge base': {
      const { with: other, what } = question;
      return answerMergeBase(git, 'ref' in other ? await readTip(git, other.ref) : other.commit, what);
    }
    case 'first parent': {
      const parent = await firstParent(git, question.merge);
      if (parent === undefined) return answer(git, question.otherwise);
      return answerCommit(git, { kind: 'commit', commit: parent, what: question.what, gone: 'error' });
    }
    case 'given':
      return answerGiven(git, question.revision);
  }
}

async function answerCommit(git: OriginGit, question: Extract<BaseQuestion, { kind: 'commit' }>): Promise<Base> {
  const { commit, what, gone } = question;
  if ((await reachCommit(git, commit)) === 'here') return { kind: 'commit', commit, why: `${short(commit)}, ${what}` };
  if (gone === 'everything') {
    return {
      kind: 'everything',
      why: `${short(commit)}, ${what}, is not in origin any more: all images are looked at`,
    };
  }
  throw new HephyError('HISTORY_MISSING', `origin does not have ${commit}, ${what}`, { hint: WHOLE_HISTORY });
}

async function answerMergeBase(git: OriginGit, other: string, what: string): Promise<Base> {
  if ((await reachCommit(git, other)) === 'gone') {
    throw new HephyError('HISTORY_MISSING', `origin does not have ${other}, to find ${what}`, { hint: WHOLE_HISTORY });
  }
  const commit = await findMergeBase(git, await readHead(git), other);
  if (commit !== undefined) return { kind: 'commit', commit, why: `${short(commit)}, ${what}` };
  return {
    kind: 'everything',
    why: `nothing in common with ${short(other)}, to find ${what}: all images are looked at`,
  };
}

/** A whole clone has fetched origin's branches; a shallow one may have an old answer. */
async function readTip(git: OriginGit, ref: string): Promise<string> {
  if (!(await isShallow(git))) {
    const tracked = ref.replace(/^refs\/heads\//, 'refs/remotes/origin/');
    const end = await askHere(git, {
      arguments: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${tracked}^{commit}`],
    });
    if (end.exitCode === 0) return end.stdout.toString().trim();
  }
  return readOriginRef(git, ref);
}

/** Of the commit as it was made: a shallow clone has no parents. undefined: HEAD is another commit, or no merge. */
async function firstParent(git: OriginGit, merge: string): Promise<string | undefined> {
  const head = await readHead(git);
  if (head !== merge) return undefined;
  const [header = ''] = (await readHere(git, ['cat-file', 'commit', head])).toString('latin1').split('\n\n', 1);
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1]);
  return parents.length > 1 ? parents[0] : undefined;
}

async function answerGiven(git: OriginGit, revision: string): Promise<Base> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const end = await askHere(git, { arguments: args });
  let commit = end.stdout.toString().trim();
  if (end.exitCode !== 0) {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(revision) || (await reachCommit(git, revision)) === 'gone') {
      throw new HephyError('CHANGES_UNKNOWN', `--base is ${JSON.stringify(revision)}, which is no commit here`, {
        hint: 'Name a commit in full, or a branch of this clone, as in --base=origin/main.',
      });
    }
    commit = revision.toLowerCase();
  }
  const common = await findMergeBase(git, await readHead(git), commit);
  return { kind: 'commit', commit: common ?? commit, why: `${short(common ?? commit)}, by --base=${revision}` };
}

function readHead(git: OriginGit): Promise<string> {
  return readLine(git, ['rev-parse', '--verify', 'HEAD^{commit}']);
}

function short(commit: string): string {
  return commit.slice(0, 8);
}
