import type { StepResult } from '../results';
import type { Ending } from './endings';
import type { Moment } from './moments';
import { readRun, type LastRun } from './read-run';
import { SECOND, type EndingStage } from './stage';

/** The results say what became of the run: of the step that was held nothing but that, of all others nothing that is not so. */
export function checkTold(
  stage: EndingStage,
  { told, code }: Ending,
  moment: Moment,
  lastRun: string | undefined,
): void {
  const run = readRun(stage);
  const isNew = run !== undefined && run.id !== lastRun;
  const held = isNew ? heldSteps(run, moment) : [];
  if (told === 'nothing') {
    expect(held.map(({ outcome }) => outcome)).not.toContain('built');
    return;
  }
  expect(isNew).toBe(true);
  expect(held.map(({ outcome }) => outcome)).toContain(told);
  for (const { outcome, error } of run?.steps ?? []) {
    expect(['built', 'reused', 'skipped', told]).toContain(outcome);
    if (outcome === told && code !== undefined) expect(error?.code).toMatch(code);
  }
}

function heldSteps(run: LastRun, moment: Moment): readonly StepResult[] {
  if (moment === 'start' || moment === 'pull') return Object.values(run.builds);
  const step = moment === 'tags' || moment === 'index' ? run.manifest : run.builds[SECOND];
  return step === undefined ? [] : [step];
}
