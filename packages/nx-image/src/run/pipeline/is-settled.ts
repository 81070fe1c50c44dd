import type { Image } from '../../config/build-config';
import { HephyError } from '../../errors/hephy-error';
import { planPublicTags } from '../../plan/plan-index';
import { movesTags } from '../../plan/run-facts';
import type { RunContext } from '../run-context';
import { surveyTags } from '../survey-tags';

/** Of an image whose platforms were published as they would be made now: whether its tags are where a run would put them, too. */
export async function isSettled(context: RunContext, image: Image): Promise<boolean> {
  const { facts } = context;
  // What a merge request did not change is published, as trusted runs tag it.
  if (!movesTags(facts) || facts.scope !== undefined) return true;
  try {
    const { newest, tags, held } = await surveyTags(context, image);
    // After a rollback the image is published anew as soon as nothing holds it.
    if (newest === undefined || (newest.rollback !== undefined && held === undefined)) return false;
    const wanted = held?.digest ?? newest.digest;
    return planPublicTags(image, facts).every(({ tag, moving }) =>
      moving ? tags.get(tag) === wanted : tags.get(tag) !== undefined,
    );
  } catch (error) {
    // Its publish job says it.
    if (error instanceof HephyError) return false;
    throw error;
  }
}
