import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import { archName } from '../oci/platform';
import { planPublicTags, type IndexChild } from '../plan/plan-index';
import type { RunFacts } from '../plan/run-facts';
import type { RawManifest } from '../registry/registry';
import type { TagResult } from '../report/result';
import type { RunContext } from './run-context';
import { writeTag } from './write-tags';

/**
 * The version tag, then `{image}-{tag}` in their order, `latest` last. What is right already is not written; a fixed tag that is elsewhere stays there.
 * Untrusted runs write all of theirs, under their scope; a run that does not publish writes none.
 */
export async function writePublicTags(
  context: RunContext,
  image: Image,
  version: string,
  raw: RawManifest,
): Promise<TagResult[]> {
  const { facts, registry } = context;
  const may = mayPublish(facts);
  const tags = [{ tag: version, moving: facts.scope !== undefined }, ...planPublicTags(image, facts)];
  const done: TagResult[] = [];
  for (const { tag, moving } of tags) {
    if (!may) {
      done.push({ tag, state: 'withheld' });
      continue;
    }
    context.signal.throwIfAborted();
    const there = await registry.headManifest({ ...facts.repository, tag });
    if (there === raw.digest) done.push({ tag, state: 'kept', digest: raw.digest });
    else if (there !== undefined && !moving) done.push({ tag, state: 'fixed', digest: there });
    else {
      await writeTag(registry, facts.repository, tag, raw);
      done.push({ tag, state: 'written', digest: raw.digest });
    }
  }
  return done;
}

/**
 * `{version}-{arch}` for the platforms of a new index that this run has not built: a version has the tags of all its platforms. One that is
 * there stays, but for a scope's, which move.
 */
export async function completeArchTags(
  context: RunContext,
  version: string,
  children: readonly Pick<IndexChild, 'platform' | 'digest'>[],
): Promise<void> {
  const { facts, registry } = context;
  if (!mayPublish(facts)) return;
  for (const { platform, digest } of children) {
    const tag = `${version}-${archName(platform)}`;
    const there = await registry.headManifest({ ...facts.repository, tag });
    if (there === digest || (there !== undefined && facts.scope === undefined)) continue;
    const raw = await registry.getManifest({ ...facts.repository, digest });
    if (raw === undefined) throw new HephyError('IMAGE_INCOMPLETE', `${digest} is not in the registry any more`);
    await writeTag(registry, facts.repository, tag, raw);
  }
}

function mayPublish(facts: RunFacts): boolean {
  return facts.publish || facts.scope !== undefined;
}
