import type { Image } from '../config/build-config';
import { findLine } from '../dockerfile/find-line';
import { HephyError } from '../errors/hephy-error';
import type { BuilderRunEnd } from './builder-run';
import type { CompletePlan } from './plan-build';

/** Of a build that left no image. */
export interface UnfinishedBuild {
  readonly image: Image;
  readonly plan: Pick<CompletePlan, 'dockerfile' | 'pinnedDockerfile'>;
  /** What the builder said it was at, in order. */
  readonly said: readonly string[];
  /** The last lines of its log. */
  readonly lines: readonly string[];
  /** Where the whole log is, from the workspace root. */
  readonly log: string;
}

/** What a builder's outcome is to the user, with the place in the Dockerfile, the last lines of output and the path of the log. */
export function outcomeError(
  outcome: Exclude<BuilderRunEnd['outcome'], { readonly kind: 'pushed' | 'built' }>,
  { image, plan, said, lines, log }: UnfinishedBuild,
): HephyError {
  switch (outcome.kind) {
    case 'cancelled':
      return new HephyError('BUILD_CANCELLED', 'the build was stopped', { output: lines, log });
    case 'timed out':
      return new HephyError('BUILD_TIMED_OUT', `the build took longer than ${Math.round(outcome.after / 1000)} s`, {
        where: { file: image.configFile },
        hint: 'Raise `timeout`, or look in the log at what takes so long.',
        output: lines,
        log,
      });
    case 'failed':
      return new HephyError(outcome.code, outcome.message, {
        where: { file: plan.dockerfile.path, ...placeOf(plan.pinnedDockerfile, said) },
        ...(outcome.hint === undefined ? {} : { hint: outcome.hint }),
        output: lines,
        log,
      });
  }
}

/** Of the instruction that the builder was at in the end: pinning keeps lines where they are. */
function placeOf(dockerfile: string, said: readonly string[]): { readonly line?: number } {
  const last = said.at(-1) ?? '';
  const line = findLine(dockerfile, last, said.filter((what) => what === last).length);
  return line === undefined ? {} : { line };
}
