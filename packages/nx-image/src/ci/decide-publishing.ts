import { HephyError } from '../errors/hephy-error';
import type { HandedRun } from './handed-plan';
import type { CiFacts } from './read-ci';

export interface Publishing {
  /** Whether public tags may move. */
  readonly publish: boolean;
  readonly scope: string | undefined;
}

/**
 * Who may write which tags. Public tags move only where that was asked for: CI on a protected ref, or HEPHY_PUBLISH=true
 * outside merge requests; to the local registry always. A changed tree publishes nothing to a registry that others read.
 * A job of a pipeline may what its own surroundings and the plan both allow.
 * @throws HephyError PUBLISH_DIRTY, PUBLISH_NO_COMMIT
 */
export function decidePublishing(
  ci: CiFacts,
  run: {
    readonly local: boolean;
    readonly asked: boolean;
    readonly dirty: boolean;
    readonly commit: string | undefined;
    readonly changed: readonly string[];
  },
  handed?: HandedRun,
): Publishing {
  const allowed = handed === undefined || (handed.publish && handed.push && handed.scope === undefined);
  const own = decideAlone(ci, run, allowed);
  return { publish: own.publish && allowed, scope: own.scope ?? handed?.scope };
}

function decideAlone(ci: CiFacts, run: Parameters<typeof decidePublishing>[1], allowed: boolean): Publishing {
  if (run.local) return { publish: true, scope: undefined };
  if (ci.mergeRequest) return { publish: false, scope: ci.scope };
  const publish = allowed && (run.asked || ci.trusted);
  if (!publish) return { publish: false, scope: ci.ci ? ci.scope : undefined };
  if (run.commit === undefined) {
    throw new HephyError('PUBLISH_NO_COMMIT', 'there is no commit that the tags could name', {
      hint: 'Commit first, or build without HEPHY_PUBLISH=true.',
    });
  }
  if (run.dirty) {
    throw new HephyError(
      'PUBLISH_DIRTY',
      `files are changed or not committed, so no commit says what the images would be: ${run.changed.join(', ')}`,
      {
        hint: run.asked
          ? 'Commit or revert the changes, or build without HEPHY_PUBLISH=true: the tags then end in -dirty-… and no public tag moves.'
          : 'Something in this job wrote them before: an install that writes its lock file anew, a formatter, a step that generates files in an image directory. `git status` in the job shows it.',
      },
    );
  }
  return { publish: true, scope: undefined };
}
