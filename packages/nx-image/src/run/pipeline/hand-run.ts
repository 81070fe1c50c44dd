import type { HandedRun } from '../../ci/handed-plan';
import { HephyError } from '../../errors/hephy-error';
import type { RunContext } from '../run-context';

/** What the jobs of the pipeline take over of the planner's run. @throws HephyError PUBLISH_NO_COMMIT */
export function handRun({ facts }: Pick<RunContext, 'facts'>, push: boolean, rebuilt: readonly string[]): HandedRun {
  const { id, started, commit, publish, scope, machines } = facts;
  if (commit === undefined) {
    throw new HephyError('PUBLISH_NO_COMMIT', 'there is no commit that the jobs of a pipeline could check out', {
      hint: 'Commit first.',
    });
  }
  return {
    ...{ id, started, commit, push },
    publish: publish && push,
    ...(scope === undefined ? {} : { scope }),
    ...(machines === undefined ? {} : { machines }),
    ...(rebuilt.length === 0 ? {} : { rebuild: rebuilt }),
  };
}
