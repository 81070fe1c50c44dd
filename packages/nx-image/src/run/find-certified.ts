import type { HephyError } from '../errors/hephy-error';
import { readableInputTags } from '../plan/tags';
import type { RawManifest } from '../registry/registry';
import type { RunContext } from './run-context';

/**
 * What the `in-` tag of a key names, of those tags that this run may believe. A tag is no proof of what it names: `wrong` looks.
 * @throws HephyError what `wrong` answers
 */
export async function findCertified(
  context: RunContext,
  key: string,
  wrong: (found: RawManifest, tag: string) => HephyError | undefined,
): Promise<RawManifest | undefined> {
  for (const tag of readableInputTags(context.facts, key)) {
    const found = await context.registry.getManifest({ ...context.facts.repository, tag });
    if (found === undefined) continue;
    const error = wrong(found, tag);
    if (error !== undefined) throw error;
    return found;
  }
  return undefined;
}
