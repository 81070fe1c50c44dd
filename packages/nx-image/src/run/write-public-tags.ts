import type { Image } from '../config/build-config';
import { planPublicTags } from '../plan/plan-index';
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
  const tags = [{ tag: version, moving: facts.scope !== undefined }, ...planPublicTags(image, facts)];
  const may = facts.publish || facts.scope !== undefined;
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
