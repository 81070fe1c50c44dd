import { HephyError } from '../../errors/hephy-error';
import { lastLines, type GitEnd } from '../run-git';
import { askHere, askOrigin, readLine, type OriginGit } from './origin-git';

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];

/** How people get more history, in the CI systems that we know. */
export const WHOLE_HISTORY =
  'Clone all of it (GitLab: GIT_DEPTH: 0; GitHub: fetch-depth: 0), or name a commit that is here: --base=….';

export async function isHere(git: OriginGit, commit: string): Promise<boolean> {
  const end = await askHere(git, { arguments: ['cat-file', '-e', `${commit}^{commit}`] });
  return end.exitCode === 0;
}

export async function isShallow(git: OriginGit): Promise<boolean> {
  return (await readLine(git, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

/**
 * Fetches the commit unless it is here: alone into a shallow clone, and with what is missing of its history into a whole one, which would become shallow otherwise. `gone`: origin
 * answered that it does not have it.
 * @throws HephyError HISTORY_MISSING
 */
export async function reachCommit(git: OriginGit, commit: string): Promise<'here' | 'gone'> {
  if (await isHere(git, commit)) return 'here';
  const shallow = await isShallow(git);
  const end = await askOrigin(git, [...FETCH, ...(shallow ? ['--depth=1'] : []), '--', 'origin', commit]);
  if (end.exitCode === 0 && (await isHere(git, commit))) return 'here';
  if (/not our ref|couldn't find remote ref|bad object/.test(end.stderr)) return 'gone';
  // Such a server gives what a ref names. In a whole clone all that its refs name is here.
  if (end.stderr.includes('unadvertised object') && !shallow) return 'gone';
  throw historyMissing(`commit ${commit} is not in this clone and cannot be fetched`, end);
}

/** The commits before the oldest that are here of each, as many as said. @throws HephyError HISTORY_MISSING */
export async function deepen(git: OriginGit, commits: readonly string[], by: number): Promise<void> {
  const end = await askOrigin(git, [...FETCH, `--deepen=${by}`, '--', 'origin', ...commits]);
  if (end.exitCode !== 0) throw historyMissing('the history of this shallow clone cannot be fetched', end);
}

/** @throws HephyError HISTORY_MISSING, also where origin has no such ref */
export async function readOriginRef(git: OriginGit, ref: string): Promise<string> {
  const end = await askOrigin(git, ['ls-remote', '--', 'origin', ref]);
  if (end.exitCode !== 0) throw historyMissing(`origin does not say what ${ref} is`, end);
  const found = end.stdout
    .toString()
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([, name]) => name === ref)?.[0];
  if (found === undefined) {
    throw new HephyError('HISTORY_MISSING', `origin has no ${ref}`, {
      hint: 'Name a commit or branch that is there: --base=….',
    });
  }
  return found;
}

function historyMissing(what: string, end: GitEnd): HephyError {
  // Behind a blank line git says what it always says.
  const [words = ''] = end.stderr.split('\n\n', 1);
  const said = end.exitCode === undefined ? 'origin did not answer in time' : lastLines(words);
  return new HephyError('HISTORY_MISSING', `${what}: ${said}`, {
    hint: `Look at the network and at the credentials of the clone. ${WHOLE_HISTORY}`,
  });
}
