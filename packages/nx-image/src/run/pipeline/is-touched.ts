import { REVISION_ANNOTATION } from '../../plan/plan-index';
import { changedSince } from '../../source/changes/changed-since';
import type { RunContext } from '../run-context';
import type { LookedAt } from './looked-at';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Whether something of the image's directory is another than it was when its newest index was made, or there is none. Where that commit is not to be had it is not said to be: what vanished
 * elsewhere would fail every push.
 * @param beside whether that also counts where the index was made of a commit that does not lead to this one
 */
export async function isTouched(
  context: RunContext,
  { image, last }: Pick<LookedAt, 'image' | 'last'>,
  beside: boolean,
): Promise<boolean> {
  if (last === undefined) return true;
  // Others may have written anything.
  const commit: unknown = last.index.annotations?.[REVISION_ANNOTATION];
  if (typeof commit !== 'string' || !COMMIT.test(commit)) return false;
  return (await changedSince(context, image.root, { commit, beside })) === true;
}
