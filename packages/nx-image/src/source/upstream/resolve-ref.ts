import { checkRef, checkRepository } from '../../config/check-upstream';
import { nearest } from '../../config/nearest';
import { HephyError } from '../../errors/hephy-error';
import { redact } from '../../errors/redact';
import { collectOutput } from '../collect-output';
import type { GitAccess } from '../run-git';
import { chooseRef, isCommit, patternsOf, readRefs, type Refs } from './read-refs';
import { askUpstream, unreachable } from './upstream-git';

export interface ResolvedRef {
  /** 40 hex. */
  readonly commit: string;
  /** The ref in full, as `refs/tags/v1.25.3`; undefined where a commit was given. */
  readonly name: string | undefined;
  /** Lines that are no errors: a name that is a tag and a branch. */
  readonly notes: readonly string[];
}

const TIMEOUT_MS = 120_000;
/** Half a million refs: no repository has more. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The commit that a ref of the upstream names now. A commit of 40 hex is taken as it is and nobody is asked. As in git a tag comes before a branch of the same name; an
 * annotated tag is the commit that it points at.
 * @throws HephyError UPSTREAM_REF_MISSING, UPSTREAM_UNREACHABLE, UPSTREAM_URL_INVALID
 */
export async function resolveRef(
  input: GitAccess & { readonly repo: string; readonly ref: string },
): Promise<ResolvedRef> {
  const { repo, ref } = input;
  checkInput(repo, ref);
  if (isCommit(ref)) return given(ref);
  const answer = answerOf(await listRefs(input, patternsOf(ref)), repo, ref);
  if (answer === undefined) throw await missing(input);
  return answer;
}

/**
 * The commits that refs of one repository name now, all of them asked for in one call. A ref that it does not have is not in the answer.
 * @throws HephyError UPSTREAM_UNREACHABLE, UPSTREAM_URL_INVALID, UPSTREAM_REF_MISSING for what is no ref
 */
export async function resolveRefs(
  input: GitAccess & { readonly repo: string; readonly refs: readonly string[] },
): Promise<ReadonlyMap<string, ResolvedRef>> {
  const { repo, refs: wanted } = input;
  for (const ref of wanted) checkInput(repo, ref);
  const patterns = wanted.filter((ref) => !isCommit(ref)).flatMap(patternsOf);
  const refs = patterns.length === 0 ? new Map<string, string>() : await listRefs(input, patterns);
  return new Map(
    wanted.flatMap((ref) => {
      const answer = isCommit(ref) ? given(ref) : answerOf(refs, repo, ref);
      return answer === undefined ? [] : [[ref, answer] as const];
    }),
  );
}

function given(commit: string): ResolvedRef {
  return { commit: commit.toLowerCase(), name: undefined, notes: [] };
}

function answerOf(refs: Refs, repo: string, ref: string): ResolvedRef | undefined {
  const chosen = chooseRef(refs, ref);
  if (chosen === undefined) return undefined;
  const { commit, name, ambiguous } = chosen;
  const note = `${ref} is a tag and a branch of ${redact(repo)}: the tag is taken; refs/heads/${ref} is the branch`;
  return { commit, name, notes: ambiguous ? [note] : [] };
}

/** A config has been checked so already; git gets nothing unchecked whoever calls. */
function checkInput(repo: string, ref: string): void {
  const address = checkRepository(repo);
  if (address !== undefined) throw new HephyError('UPSTREAM_URL_INVALID', address.what, { hint: address.hint });
  const name = ref === '' ? { what: 'the ref is empty', hint: 'Write a tag, a branch or a commit.' } : checkRef(ref);
  if (name !== undefined) throw new HephyError('UPSTREAM_REF_MISSING', name.what, { hint: name.hint });
}

/** The full name of a branch or tag that is the commit now; undefined where none is. */
export async function findRefOf(
  input: GitAccess & { readonly repo: string; readonly commit: string },
): Promise<string | undefined> {
  const refs = await listRefs(input, ['refs/heads/*', 'refs/tags/*']);
  const name = [...refs].find(([, commit]) => commit === input.commit)?.[0];
  return name?.replace(/\^\{\}$/, '');
}

async function listRefs(input: GitAccess & { readonly repo: string }, patterns: readonly string[]): Promise<Refs> {
  const output = collectOutput(MOST_BYTES, () => tooMany(input.repo));
  const end = await askUpstream(input, {
    arguments: ['ls-remote', '--quiet', '--', input.repo, ...patterns],
    timeout: TIMEOUT_MS,
    onChunk: output.onChunk,
  });
  if (end.exitCode !== 0) throw unreachable(input, end);
  return readRefs(output.bytes().toString());
}

function tooMany(repo: string): HephyError {
  return new HephyError('UPSTREAM_UNREACHABLE', `${redact(repo)} cannot be read: its list of refs has no end`, {
    hint: 'Write the commit in `upstream_ref`: then no list is asked for.',
  });
}

async function missing(input: GitAccess & { readonly repo: string; readonly ref: string }): Promise<HephyError> {
  const { ref } = input;
  const refs = await listRefs(input, ['refs/tags/*', 'refs/heads/*']);
  const names = [
    ...new Set([...refs.keys()].map((name) => name.replace(/^refs\/(?:tags|heads)\//, '').replace(/\^\{\}$/, ''))),
  ];
  const near = nearestNames(ref, names);
  const hints = [
    ...(/^[0-9a-f]{4,39}$/i.test(ref)
      ? ['A commit is written with all 40 digits: servers know no abbreviations.']
      : []),
    near.length > 0
      ? `The nearest that it has: ${near.join(', ')}.`
      : names.length === 0
        ? 'It has none at all.'
        : 'None of its tags and branches is like it: `git ls-remote` lists them.',
  ];
  return new HephyError('UPSTREAM_REF_MISSING', `${redact(input.repo)} has no tag or branch ${ref}`, {
    hint: hints.join('\n'),
  });
}

function nearestNames(ref: string, names: readonly string[]): string[] {
  const near: string[] = [];
  for (let left = names; near.length < 3;) {
    const found = nearest(ref, left);
    if (found === undefined) break;
    near.push(found);
    left = left.filter((name) => name !== found);
  }
  return near;
}
