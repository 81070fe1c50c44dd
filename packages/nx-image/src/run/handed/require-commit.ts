import type { HandedRun } from '../../ci/handed-plan';
import { HephyError } from '../../errors/hephy-error';

/** @throws HephyError PLAN_FOREIGN: what was found out of one commit is not true of another */
export function requireCommit({ commit }: HandedRun, head: string | undefined): void {
  if (head === commit) return;
  const here = head === undefined ? 'the checkout has no commit' : `the checkout is of ${head}`;
  throw new HephyError('PLAN_FOREIGN', `the plan is of commit ${commit}, and ${here}`, {
    hint: 'Let the job check out the commit that was planned, or run a new pipeline. Outside of pipelines leave HEPHY_PLAN unset.',
  });
}
