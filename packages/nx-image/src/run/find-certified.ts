import type { HephyError } from '../errors/hephy-error';
import { readableInputTags, writableInputTag } from '../plan/tags';
import type { RawManifest } from '../registry/registry';
import type { RunContext } from './run-context';

/**
 * What the `in-` tag of a key names, of those tags that this run may believe; of what this process has built anew, only of the one that it wrote. A tag is no proof
 * of what it names: `wrong` looks.
 * @param whose `own`: only what a run of this one's scope wrote
 * @throws HephyError what `wrong` answers
 */
export async function findCertified(
  context: RunContext,
  key: string,
  wrong: (found: RawManifest, tag: string) => HephyError | undefined,
  whose?: 'own',
): Promise<RawManifest | undefined> {
  const { facts, registry, rebuilt } = context;
  const own = whose === 'own' || rebuilt.has(key);
  for (const tag of own ? [writableInputTag(facts, key)] : readableInputTags(facts, key)) {
    const found = await registry.getManifest({ ...facts.repository, tag });
    if (found === undefined) continue;
    const error = wrong(found, tag);
    if (error !== undefined) throw error;
    return found;
  }
  return undefined;
}
