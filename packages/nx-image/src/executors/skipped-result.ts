import { imageName, projectName } from '../config/variant';
import type { StepResult } from '../run/result-store';
import type { ExecutorTask } from './executor-task';

/**
 * What is left of a task that cannot run any more because `cause` did not succeed; undefined where the cause is the `prepare` of the directory, which
 * says all that there is to say of its own image. Of variants it says nothing.
 */
export function skippedResult(task: ExecutorTask, run: string, cause: StepResult): StepResult | undefined {
  const image = imageName(task.root, task.variant);
  const ownPrepare = cause.step === 'prepare' && cause.image === projectName(task.root);
  if (ownPrepare && task.variant === undefined) return undefined;
  const head = { version: 1 as const, run, image, started: cause.started, seconds: {} };
  const skipped = { ...head, outcome: 'skipped' as const };
  const what = cause.step === 'build' ? cause.platform : cause.step;
  const reason = `${ownPrepare || cause.image === image ? what : `${cause.image} ${what}`} ${verbOf(cause)}`;
  switch (task.step) {
    case 'prepare':
      return { ...skipped, step: 'prepare', bases: [] };
    case 'build':
      return { ...skipped, step: 'build', platform: task.platform ?? '', reason, tags: [], notes: [] };
    case 'manifest':
      return { ...skipped, step: 'manifest', reason, platforms: [], tags: [], notes: [] };
  }
}

function verbOf({ outcome }: StepResult): string {
  return outcome === 'cancelled' || outcome === 'skipped' ? `was ${outcome}` : outcome;
}
