import type { HandedRun } from '../../ci/handed-plan';
import { HephyError } from '../../errors/hephy-error';
import type { RunSeed } from '../run-seed';
import { readPlanOf } from './read-plan-file';

/** Of one run are all jobs of a pipeline, whenever they begin. */
export function withPlan(seed: RunSeed, run: HandedRun | undefined): RunSeed {
  if (run === undefined) return seed;
  const { id, started } = run;
  return { ...seed, id, started, command: seed.command ?? seed.id, rebuild: seed.rebuild ?? run.rebuild };
}

/** For whoever cannot fail: a plan that cannot be read is none here. `openRun` says what is wrong with it. */
export function seedOfPlan(
  seed: RunSeed,
  workspaceRoot: string,
  env: Readonly<Record<string, string | undefined>>,
): RunSeed {
  try {
    return withPlan(seed, readPlanOf(workspaceRoot, env)?.run);
  } catch (error) {
    if (!(error instanceof HephyError)) throw error;
    return seed;
  }
}
