import { HephyError } from '../../errors/hephy-error';
import { deepen, isShallow, WHOLE_HISTORY } from './origin-history';
import { askHere, type OriginGit } from './origin-git';

/** Commits more of each side, step by step. */
const STEPS = [50, 250, 1000, 4000, 16_000];

/**
 * What both have in common, as far as the history here says; that of a shallow clone is fetched until it says so. undefined: in whole histories there is nothing.
 * @throws HephyError HISTORY_MISSING, also where the steps have not led there
 */
export async function findMergeBase(git: OriginGit, head: string, other: string): Promise<string | undefined> {
  for (const step of [0, ...STEPS]) {
    if (step > 0) {
      if (!(await isShallow(git))) return undefined;
      await deepen(git, [head, other], step);
    }
    const found = await askMergeBase(git, head, other);
    if (found !== undefined) return found;
  }
  if (!(await isShallow(git))) return undefined;
  const most = STEPS.reduce((sum, step) => sum + step);
  throw new HephyError('HISTORY_MISSING', `${head} and ${other} have nothing in common within ${most} commits`, {
    hint: WHOLE_HISTORY,
  });
}

async function askMergeBase(git: OriginGit, head: string, other: string): Promise<string | undefined> {
  const end = await askHere(git, { arguments: ['merge-base', head, other] });
  const found = end.stdout.toString().trim();
  return end.exitCode === 0 && found !== '' ? found : undefined;
}
