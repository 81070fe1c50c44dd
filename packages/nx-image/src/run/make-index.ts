import type { Image } from '../config/build-config';
import { createdAfter } from '../plan/index-order';
import { planAnnotations, planIndex, type IndexChild } from '../plan/plan-index';
import { writableInputTag } from '../plan/tags';
import { completeArchTags } from './complete-arch-tags';
import { describeImage } from './describe-image';
import { findByKey } from './find-index';
import { findIndexBase } from './index-base';
import { readPublished, type Published } from './published';
import { pushIndex } from './push-index';
import { requirePrepared, type Built } from './require-results';
import type { RunContext } from './run-context';
import type { Stopwatch } from './step-results';
import { freeVersionTag, writeTag } from './write-tags';

export interface IndexToMake {
  readonly image: Image;
  readonly builds: readonly Built[];
  readonly children: readonly IndexChild[];
  /** Behind the `in-` tag that it gets. */
  readonly key: string;
  /** What it is published after; undefined: it is the first, or moves no tag. */
  readonly after: Published | undefined;
}

export interface MadeIndex {
  readonly index: Published;
  /** Who published it; undefined: another run, which was faster. */
  readonly publisher: string | undefined;
  readonly notes: readonly string[];
}

/**
 * Pushes the index without a tag, then tags its platforms, then writes the `in-` tag that reuse trusts. Where another run of the same inputs was faster, its
 * index is answered: two runs side by side are to give the fixed tags one index.
 */
export async function makeIndex(context: RunContext, wanted: IndexToMake, watch: Stopwatch): Promise<MadeIndex> {
  const { facts, registry } = context;
  const { image, builds, children, key, after } = wanted;
  const prepared = requirePrepared(context, image);
  const version = await freeVersionTag(registry, facts, image.name, children);
  const annotations = planAnnotations(
    {
      image,
      facts,
      description: describeImage(image, prepared, builds),
      upstreamCommit: prepared.upstream?.commit,
      upstreamRef: prepared.upstream?.name,
      base: findIndexBase(context, image, prepared, builds),
      created: createdAfter(after, facts.started, Date.now()),
    },
    version,
  );
  const { raw, publisher } = await watch.time('push', () => pushIndex(context, planIndex(children, annotations)));
  const findFaster = async (): Promise<MadeIndex | undefined> => {
    const found = await findByKey(context, key, children);
    const faster = found !== undefined && found.digest !== raw.digest;
    return faster ? { index: found, publisher: undefined, notes: [] } : undefined;
  };
  // Before the platforms get tags of a version that would have no index, and after, since that takes its time.
  const before = await findFaster();
  if (before !== undefined) return before;
  const notes = await completeArchTags(context, version, children);
  const meanwhile = await findFaster();
  if (meanwhile !== undefined) return meanwhile;
  await writeTag(registry, facts.repository, writableInputTag(facts, key), raw);
  const index = readPublished(raw);
  if (index === undefined) throw new Error(`${raw.digest} was published as an index, and is none`);
  return { index, publisher, notes };
}
