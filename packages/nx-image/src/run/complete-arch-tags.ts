import { HephyError } from '../errors/hephy-error';
import { archName } from '../oci/platform';
import type { IndexChild } from '../plan/plan-index';
import { movesTags } from '../plan/run-facts';
import type { RunContext } from './run-context';
import { writeTag } from './write-tags';

/**
 * `{version}-{arch}` for the platforms of a new index that this run has not built: a version has the tags of all its platforms. One that is
 * there stays, but for a scope's, which move. Answers a line for each that stays and names something else.
 */
export async function completeArchTags(
  context: RunContext,
  version: string,
  children: readonly Pick<IndexChild, 'platform' | 'digest'>[],
): Promise<readonly string[]> {
  const { facts, registry } = context;
  const notes: string[] = [];
  if (!movesTags(facts)) return notes;
  for (const { platform, digest } of children) {
    const tag = `${version}-${archName(platform)}`;
    const there = await registry.headManifest({ ...facts.repository, tag });
    if (there === digest) continue;
    if (there !== undefined && facts.scope === undefined) {
      notes.push(`${tag} names ${there}, which another run put there, and stays: in ${version} it is ${digest}`);
      continue;
    }
    const raw = await registry.getManifest({ ...facts.repository, digest });
    if (raw === undefined) throw new HephyError('IMAGE_INCOMPLETE', `${digest} is not in the registry any more`);
    await writeTag(registry, facts.repository, tag, raw);
  }
  return notes;
}
