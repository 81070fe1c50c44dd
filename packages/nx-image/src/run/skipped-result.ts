import { imageName, projectName } from '../config/variant';
import type { SkipCause } from '../report/result';
import { skipReason } from '../report/skip-reason';
import type { StepResult } from './result-store';
import type { Step } from './run-step';

/**
 * What is left of a task that cannot run any more because `cause` did not succeed; undefined where the cause is the `prepare` of the directory, which
 * says all that there is to say of its own image. Of variants it says nothing.
 * @param parents names of the images that it would have been FROM
 */
export function skippedResult(
  task: Step,
  run: string,
  cause: StepResult,
  parents: readonly string[],
): StepResult | undefined {
  const image = imageName(task.root, task.variant);
  const because = causeOf(cause);
  const project = projectName(task.root);
  const ownPrepare = because.step === 'prepare' && because.image === project;
  if (ownPrepare && task.variant === undefined) return undefined;
  const head = { version: 1 as const, run, image, started: cause.started, seconds: {} };
  const skipped = { ...head, outcome: 'skipped' as const, because };
  const reason = skipReason(because, ownPrepare ? project : image);
  switch (task.step) {
    case 'prepare':
      return { ...skipped, step: 'prepare', bases: [] };
    case 'build': {
      const from = { platform: task.platform ?? '', parents: [...parents] };
      return { ...skipped, ...from, step: 'build', reason, tags: [], notes: [] };
    }
    case 'manifest':
      return { ...skipped, step: 'manifest', reason, platforms: [], tags: [], notes: [] };
  }
}

/** Of what was skipped itself, what it was skipped for. */
function causeOf(result: StepResult): SkipCause {
  if (result.because !== undefined) return result.because;
  const { image, step, outcome } = result;
  return { image, step, ...(result.step === 'build' ? { platform: result.platform } : {}), outcome };
}
