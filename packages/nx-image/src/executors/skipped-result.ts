import { basename } from 'node:path';
import type { StepResult } from '../run/result-store';
import type { ExecutorTask } from './executor-task';

/**
 * What is left of a task that cannot run any more because `cause` did not succeed; undefined where the cause is the image's own `prepare`, which says
 * all that there is to say of the image.
 */
export function skippedResult(task: ExecutorTask, run: string, cause: StepResult): StepResult | undefined {
  const image = basename(task.root);
  if (cause.step === 'prepare' && cause.image === image) return undefined;
  const head = { version: 1 as const, run, image, started: cause.started, seconds: {} };
  const skipped = { ...head, outcome: 'skipped' as const };
  const what = cause.step === 'build' ? cause.platform : cause.step;
  const reason = `${cause.image === image ? what : `${cause.image} ${what}`} ${verbOf(cause)}`;
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
