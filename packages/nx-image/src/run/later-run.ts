import { isLaterThan } from '../plan/index-order';
import { asOwn, readLast } from './published';
import type { RunContext } from './run-context';

/**
 * Whether a run that began later has published the image: what it certified stays, whatever an earlier one that comes to its end, or is tried again, was to build anew. Asked of the registry each
 * time.
 */
export async function isOvertaken({ registry, facts }: RunContext, image: string): Promise<boolean> {
  const last = await readLast(registry, facts, image);
  return last !== undefined && isLaterThan(asOwn(last, facts, image), facts.started, Date.now());
}
