import type { Image } from '../config/build-config';
import { heldVersion } from '../config/held-version';
import { formatLocation } from '../errors/format-location';
import type { Digest } from '../oci/digest';
import { isLaterThan, isNewer } from '../plan/index-order';
import { planPublicTags } from '../plan/plan-index';
import { movesTags } from '../plan/run-facts';
import type { TagResult } from '../report/result';
import { asOwn, readPublished, type Published } from './published';
import type { RequireWhole } from './require-whole';
import type { RunContext } from './run-context';
import { settleTags, type Settled } from './settle-tags';
import type { Survey } from './survey-tags';
import { moveTag, writeTag } from './write-tags';

export interface PublicTags {
  readonly tags: readonly TagResult[];
  readonly notes: readonly string[];
}

export interface ToTag {
  readonly version: string;
  readonly index: Published;
  readonly survey: Survey;
  /** Whether a later run has published another index. */
  readonly late: boolean;
  /** Whether nothing was written since the survey. */
  readonly fresh: boolean;
  readonly whole: RequireWhole;
  /** What was written although a later write fails. */
  readonly onWritten: (tag: string, digest: Digest) => void;
}

/**
 * The version tag, then fixed ones, then `last-{image}`, then those that move in their order, `latest` last. What is right already is not written; a fixed tag
 * that is elsewhere stays there; a late run moves nothing. Untrusted runs write theirs, under their scope; a run that does not publish writes none.
 */
export async function writePublicTags(context: RunContext, image: Image, wanted: ToTag): Promise<PublicTags> {
  const { facts } = context;
  const planned = planPublicTags(image, facts);
  if (!movesTags(facts)) {
    return {
      tags: [wanted.version, ...planned.map(({ tag }) => tag)].map((tag) => ({ tag, state: 'withheld' })),
      notes: [],
    };
  }
  const fixed = planned.filter(({ moving }) => !moving).map(({ tag }) => tag);
  const moving = planned.filter((one) => one.moving).map(({ tag }) => tag);
  const tags: TagResult[] = [];
  for (const tag of [wanted.version, ...fixed]) tags.push(await writeFixed(context, image, tag, wanted));
  const moved = wanted.late
    ? stay(wanted, moving)
    : wanted.survey.held === undefined
      ? await move(context, image, moving, wanted)
      : await hold(context, image, moving, wanted, wanted.survey.held);
  return { tags: [...tags, ...moved.tags], notes: moved.notes };
}

/** A version of a scope is written anew by each run of its commit, and moves no more back than others. */
async function writeFixed(context: RunContext, image: Image, tag: string, wanted: ToTag): Promise<TagResult> {
  const { facts, registry, signal } = context;
  const { index, survey, whole, onWritten } = wanted;
  signal.throwIfAborted();
  const reference = { ...facts.repository, tag };
  const seen = survey.tags.get(tag) === index.digest;
  const there = seen ? index.digest : await registry.headManifest(reference);
  if (there === index.digest) return { tag, state: 'kept', digest: index.digest };
  if (there !== undefined && facts.scope === undefined) return { tag, state: 'fixed', digest: there };
  if (await whole(index)) return writeFixed(context, image, tag, wanted);
  if (there !== undefined) {
    const found = await registry.getManifest(reference);
    const present = found === undefined ? undefined : readPublished(found);
    if (present !== undefined && isNewer(asOwn(present, facts, image.name), index, Date.now())) {
      return { tag, state: 'late', digest: there };
    }
  }
  await writeTag(registry, facts.repository, tag, index.raw);
  onWritten(tag, index.digest);
  return { tag, state: 'written', digest: index.digest };
}

function stay({ survey }: ToTag, moving: readonly string[]): PublicTags {
  const { newest } = survey;
  return {
    tags: moving.map((tag) => tagAt(tag, 'late', survey.tags.get(tag))),
    notes: [`${laterText(newest)}: no tag moves back`],
  };
}

function laterText(newest: Published | undefined): string {
  const at = newest?.created === undefined ? '' : `, at ${newest.created},`;
  if (newest?.rollback === undefined)
    return `a run that began later${at} has published ${newest?.version ?? 'already'}`;
  return `after this run began${at} the image was rolled back to ${newest.rollback.to.version}`;
}

function meanwhileText({ last, moving }: Pick<Settled, 'last' | 'moving'>): string {
  const to = last.rollback?.to.version;
  if (to === undefined) {
    return `a later run has published ${last.version ?? last.digest} meanwhile, and has the tags that move`;
  }
  const where =
    moving === undefined ? 'is not there as a version of it: no tag was put to it' : 'has the tags that move';
  return `the image was rolled back to ${to} meanwhile, which ${where}`;
}

async function move(context: RunContext, image: Image, moving: readonly string[], wanted: ToTag): Promise<PublicTags> {
  const { index, survey, fresh, whole, onWritten } = wanted;
  const seen = fresh ? survey.tags : undefined;
  const settled = await settleTags(context, image, index, moving, { seen, whole, onWritten });
  const { last, written, notes } = settled;
  if (last.digest !== index.digest) {
    return {
      tags: moving.map((tag) => tagAt(tag, 'late', settled.moving)),
      notes: [...notes, meanwhileText(settled)],
    };
  }
  return { tags: moving.map((tag) => tagAt(tag, written.has(tag) ? 'written' : 'kept', index.digest)), notes };
}

/** `last-{image}` goes on; the others are put to what the config holds, where they are not. */
async function hold(
  context: RunContext,
  image: Image,
  moving: readonly string[],
  wanted: ToTag,
  held: Published,
): Promise<PublicTags> {
  const { facts, registry, signal } = context;
  const { index, survey, fresh, whole, onWritten } = wanted;
  const away = moving.filter((tag) => survey.tags.get(tag) !== held.digest);
  const seen = fresh && away.length === 0 ? survey.tags : undefined;
  const { last, notes } = await settleTags(context, image, index, [], { seen, whole, onWritten });
  if (last.digest !== index.digest && isLaterThan(last, facts.started, Date.now())) {
    return stay({ ...wanted, survey: { ...survey, newest: last } }, moving);
  }
  if (away.length > 0) await whole(held);
  for (const tag of away) {
    signal.throwIfAborted();
    await moveTag(registry, facts.repository, tag, held.raw);
    onWritten(tag, held.digest);
  }
  const place = heldVersion(image);
  const at = place === undefined ? '' : `${place.version} by ${formatLocation(place.where)}`;
  return {
    tags: moving.map((tag) => tagAt(tag, 'held', held.digest)),
    notes: [...notes, ...(moving.length === 0 ? [] : [`${moving.join(', ')}: held at ${at}`])],
  };
}

function tagAt(tag: string, state: TagResult['state'], digest: Digest | undefined): TagResult {
  return { tag, state, ...(digest === undefined ? {} : { digest }) };
}
