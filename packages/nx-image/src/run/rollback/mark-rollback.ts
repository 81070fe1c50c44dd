import { HephyError } from '../../errors/hephy-error';
import type { Image } from '../../config/build-config';
import { createdAfter } from '../../plan/index-order';
import { CREATED_ANNOTATION } from '../../plan/plan-index';
import { rollbackAnnotations, type VersionedIndex } from '../../plan/rollback-mark';
import { publishIndex } from '../../registry/publish/publish-index';
import { readPublished, type Published } from '../published';
import type { RunContext } from '../run-context';
import { settleTags, type Settled } from '../settle-tags';

/**
 * Puts the moving tags to the version, and before that `last-{image}` to a copy of the newest index that was made now: no run that began earlier moves them again.
 * @throws HephyError of the registry
 */
export async function moveBack(
  context: RunContext,
  image: Image,
  to: Published & { readonly version: string },
  newest: Published | undefined,
  moving: readonly string[],
): Promise<Settled> {
  const mark = await publishMark(context, to, newest);
  const settled = await settleTags(context, image, mark, moving);
  if (settled.last.digest === mark.digest) return settled;
  throw new HephyError('REGISTRY_ERROR', `${image.name} was published meanwhile by a run that says it began later`, {
    hint: 'The tags are at what that run has published. Call this again; if it stays so, compare the clocks of the machines.',
  });
}

/** Where the newest is damaged, which is a reason to go back, the copy is one of what is gone back to. */
async function publishMark(
  context: RunContext,
  to: Published & { readonly version: string },
  newest: Published | undefined,
): Promise<Published> {
  if (newest?.version !== undefined) {
    try {
      return await publishCopy(context, { ...newest, version: newest.version }, to, newest);
    } catch (error) {
      if (!(error instanceof HephyError) || error.code !== 'IMAGE_INCOMPLETE') throw error;
    }
  }
  return publishCopy(context, to, to, newest);
}

async function publishCopy(
  { registry, facts }: RunContext,
  of: Published & { readonly version: string },
  to: VersionedIndex,
  newest: Published | undefined,
): Promise<Published> {
  const now = Date.now();
  const raw = await publishIndex(registry, facts.repository, {
    ...of.index,
    annotations: {
      ...of.index.annotations,
      [CREATED_ANNOTATION]: createdAfter(newest, new Date(now).toISOString(), now),
      ...rollbackAnnotations({ from: of.rollback?.from ?? of, to }),
    },
  });
  const mark = readPublished(raw);
  if (mark === undefined) throw new Error(`${raw.digest} was published as an index, and is none`);
  return mark;
}
