import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { Digest } from '../oci/digest';
import { isNewer, timeOf } from '../plan/index-order';
import { lastTag } from '../plan/tags';
import type { RawManifest } from '../registry/registry';
import { asOwn, readPublished, type Published } from './published';
import { wholeOnce, type RequireWhole } from './require-whole';
import type { RunContext } from './run-context';
import { moveTag } from './write-tags';

/** Each publisher that writes at the same time can undo so little that a few passes settle it: more are a registry that answers what it had before. */
const MAX_PASSES = 25;

export interface Settled {
  /** What `last-{image}` names in the end: what was to be settled on, or an index of a later run. */
  readonly last: Published;
  /** What the moving tags name; undefined: a rollback put them where no version of the image is any more, and they were let alone. */
  readonly moving: Digest | undefined;
  readonly written: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** What tags are to name. */
interface Aim {
  readonly last: Published;
  readonly moving: Published | undefined;
}

export interface SettleOptions {
  /** Digests by tag, of a moment ago, where nothing was written since. */
  readonly seen?: ReadonlyMap<string, Digest | undefined> | undefined;
  /** By default the index itself is known to be whole. */
  readonly whole?: RequireWhole;
  readonly onWritten?: (tag: string, digest: Digest) => void;
}

/**
 * Puts `last-{image}`, then the moving tags to the index, and looks again until all of them name what they are to. No tag moves back: where one names an index of a later
 * run, all are put to that. Registries have no compare-and-swap, and what comes between a look and a write is seen by the next look: of publishers side by side
 * the one whose index is the newest has the tags. What that does not promise: docs/publishing.md.
 */
export async function settleTags(
  context: RunContext,
  image: Image,
  index: Published,
  moving: readonly string[],
  options: SettleOptions = {},
): Promise<Settled> {
  const claim = lastTag(context.facts, image.name);
  const written = new Set<string>();
  const notes = new Set<string>();
  const whole = options.whole ?? wholeOnce(context, [index.digest]);
  let aim = await aimAt(context, image.name, index);
  let known = options.seen;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const { newer, calm } = await takePass(context, [claim, ...moving], aim, {
      image: image.name,
      known,
      whole,
      notes,
      onWritten: (tag, digest) => {
        written.add(tag);
        options.onWritten?.(tag, digest);
      },
    });
    if (calm) return { last: aim.last, moving: aim.moving?.digest, written, notes: [...notes] };
    if (newer !== undefined) aim = await aimAt(context, image.name, newer);
    known = undefined;
  }
  throw new HephyError('REGISTRY_ERROR', `the tags of ${image.name} do not stay where they are put`, {
    hint: 'Something else writes them all the time, or answers with what they named before: look for other publishers, and for a cache before the registry.',
  });
}

/** Whoever can write to the registry can write the mark of a rollback: it leads no tag to what is not the version that it says. */
async function aimAt({ registry, facts }: RunContext, image: string, last: Published): Promise<Aim> {
  const to = last.rollback?.to;
  if (to === undefined) return { last, moving: last };
  const there = readOwn(await registry.getManifest({ ...facts.repository, digest: to.digest }), facts, image);
  return { last, moving: there?.version === to.version ? there : undefined };
}

interface Pass {
  /** `calm`: nothing has to be written. */
  readonly calm: boolean;
  /** An index of a later run, which a tag names. */
  readonly newer?: Published;
}

function readOwn(found: RawManifest | undefined, facts: RunContext['facts'], image: string): Published | undefined {
  const present = found === undefined ? undefined : readPublished(found);
  return present === undefined ? undefined : asOwn(present, facts, image);
}

async function takePass(
  context: RunContext,
  tags: readonly string[],
  aim: Aim,
  log: {
    readonly image: string;
    readonly known: ReadonlyMap<string, Digest | undefined> | undefined;
    readonly whole: RequireWhole;
    readonly onWritten: (tag: string, digest: Digest) => void;
    readonly notes: Set<string>;
  },
): Promise<Pass> {
  const { facts, registry, signal } = context;
  const now = Date.now();
  let calm = true;
  for (const [position, tag] of tags.entries()) {
    const wanted = position === 0 ? aim.last : aim.moving;
    if (wanted === undefined) continue;
    signal.throwIfAborted();
    const there = log.known?.has(tag) ? log.known.get(tag) : await registry.headManifest({ ...facts.repository, tag });
    if (there === wanted.digest) continue;
    // What was seen a moment ago is good for leaving a tag alone, not for writing it: others may have come since, and the claim is read before any other tag.
    if (log.known !== undefined) return { calm: false };
    await log.whole(wanted);
    const found = await registry.getManifest({ ...facts.repository, tag });
    if (found?.digest === wanted.digest) continue;
    const present = readOwn(found, facts, log.image);
    if (present !== undefined && isNewer(present, aim.last, now)) return { calm: false, newer: present };
    if (found !== undefined && timeOf(present?.created, now) === undefined) {
      log.notes.add(`${tag} named ${found.digest}, which is no index that a run of hephy dated: it is taken for older`);
    }
    await moveTag(registry, facts.repository, tag, wanted.raw);
    log.onWritten(tag, wanted.digest);
    calm = false;
  }
  return { calm };
}
