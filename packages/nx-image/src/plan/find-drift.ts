import type { Image } from '../config/build-config';
import { parseReference } from '../oci/reference';
import { isDescribed, shortOf, type BaseDescription } from './description';
import { hasDrifted, type DriftAnswers, type DriftSubject, type ImageDrift, type Unknown } from './drift';
import { describedBases, isOwnBase, movableName } from './drift-questions';
import { hasBaseMoved, hasParentMoved } from './moved-base';
import { beginOf, periodOf } from './period';
import { findMovedTag, isSameRef, type MovedTag } from './published-upstream';
import type { Change } from './reason';

/** Who has a tag of this repository: `<image>-<tag>`. */
export type OwnerOf = (own: string) => Image | undefined;

/** What moved under each image since it was published, in the order of `subjects`; among them are all images of the repository that one of them is FROM. */
export function findDrift(
  subjects: readonly DriftSubject[],
  answers: DriftAnswers,
  ownerOf: OwnerOf,
): readonly ImageDrift[] {
  const lasts = new Map(subjects.map(({ image, last }) => [image.name, last]));
  const alone = subjects.map((subject) =>
    findOwnDrift(subject, answers, (own) => {
      const owner = ownerOf(own);
      return owner && { image: owner, last: lasts.get(owner.name) ?? { kind: 'never' } };
    }),
  );
  return withParents(subjects, alone, ownerOf);
}

type ParentOf = (own: string) => DriftSubject | undefined;

function findOwnDrift({ image, last }: DriftSubject, answers: DriftAnswers, parentOf: ParentOf): ImageDrift {
  const { name, root } = image;
  const nothing = { image: name, root, published: true, changes: [], parents: [], unknown: [] };
  if (last.kind === 'never') return { ...nothing, published: false };
  if (last.kind === 'unknown') return { ...nothing, unknown: [last.why] };
  const bases = findMovedBases({ image, last }, answers, parentOf);
  const upstream = findMovedUpstream(image, last, answers);
  return {
    ...nothing,
    version: last.version,
    changes: [...bases.changes, ...upstream.changes, ...findEndedPeriod(image, last, answers.now)],
    ...(upstream.tag === undefined ? {} : { tag: upstream.tag }),
    unknown: [...findUndescribed(last), ...bases.unknown, ...upstream.unknown],
  };
}

type Published = Extract<DriftSubject['last'], { kind: 'published' }>;

interface Found {
  readonly changes: readonly Change[];
  readonly unknown: readonly Unknown[];
}

function findUndescribed({ description }: Published): readonly Unknown[] {
  if (description === undefined) return [{ message: 'its index does not say what it was made of' }];
  return Object.entries(description.platforms).flatMap(([platform, described]) =>
    isDescribed(described) ? [] : [{ message: `its index does not say what ${platform} was made of` }],
  );
}

function findMovedBases({ last }: DriftSubject, answers: DriftAnswers, parentOf: ParentOf): Found {
  const all = last.kind === 'published' ? Object.keys(last.description?.platforms ?? {}).length : 0;
  const moved = new Map<string, { readonly change: Change; readonly platforms: Set<string> }>();
  const unknown = new Map<string, Unknown>();
  for (const { platform, base } of describedBases(last)) {
    const { name } = base;
    const found = isOwnBase(base) ? changeOfParent(name, parentOf(name)) : changeOfBase(base, answers);
    if (found === undefined) continue;
    if ('message' in found) unknown.set(name, found);
    else if (found.has(base, platform)) {
      const entry = moved.get(name) ?? { change: found.change, platforms: new Set() };
      moved.set(name, { ...entry, platforms: entry.platforms.add(platform) });
    }
  }
  const changes = [...moved.values()].map(({ change, platforms }) =>
    platforms.size === all ? change : { ...change, platforms: [...platforms] },
  );
  return { changes, unknown: [...unknown.values()] };
}

interface PossibleChange {
  readonly change: Change;
  readonly has: (base: BaseDescription, platform: string) => boolean;
}

/** undefined: it is named by its digest, and cannot move. */
function changeOfBase(base: BaseDescription, { bases }: DriftAnswers): PossibleChange | Unknown | undefined {
  if (parseReference(base.name) === undefined) return { message: `its base ${base.name} is no reference` };
  const name = movableName(base);
  if (name === undefined) return undefined;
  const now = bases.get(name);
  if (now === undefined) throw new Error(`nobody asked what ${name} is now`);
  if (now.kind === 'unknown') return now.why;
  return {
    change: { kind: 'base', how: 'moved', name, from: base.index, to: shortOf(now.digest) },
    has: (one, platform) => hasBaseMoved(one, platform, now),
  };
}

function changeOfParent(name: string, parent: DriftSubject | undefined): PossibleChange | Unknown {
  if (parent === undefined) return { message: `${name}, which it is FROM, is no longer an image of this repository` };
  const { image, last } = parent;
  if (last.kind === 'unknown') return { message: `what ${image.name} is now, which it is FROM, is not known` };
  if (last.kind === 'never') return { message: `${image.name}, which it is FROM, is not published` };
  return {
    change: { kind: 'base', how: 'anew', name: image.name },
    has: (base, platform) => hasParentMoved(base, platform, last.index),
  };
}

function findMovedUpstream(
  { config: { upstream } }: Image,
  last: Published,
  answers: DriftAnswers,
): Found & { readonly tag?: MovedTag & { readonly repo: string } } {
  const nothing = { changes: [], unknown: [] };
  if (upstream === undefined) return nothing;
  const { repo, ref, moving = false } = upstream;
  const was = last.upstream;
  if (was === undefined)
    return { ...nothing, unknown: [{ message: 'its index does not say which commit of the upstream it is' }] };
  const now = answers.refOf(repo, ref);
  if (now === undefined) return nothing;
  if (now.kind === 'unknown') return { ...nothing, unknown: [now.why] };
  // Another ref than the one published is what somebody wrote into the config.
  if (!isSameRef(was, upstream) || now.commit === was.commit) return nothing;
  const tag = moving ? undefined : findMovedTag(was, upstream, now.commit);
  if (tag !== undefined) return { ...nothing, tag: { ...tag, repo } };
  const [from, to] = [was.commit.slice(0, 7), now.commit.slice(0, 7)];
  return { ...nothing, changes: [{ kind: 'upstream', how: 'moved', name: repo, from, to }] };
}

/** What is off the list, or may grow as old as it likes, stays as it is: see `lastingPeriod`. */
function findEndedPeriod({ config: { maxAge } }: Image, { description }: Published, now: string): readonly Change[] {
  const from = Object.values(description?.platforms ?? {}).find(isDescribed)?.period;
  if (maxAge === undefined || from === undefined) return [];
  const to = periodOf(now, maxAge);
  return beginOf(from) < beginOf(to) ? [{ kind: 'period', how: 'changed', from, to }] : [];
}

/** What is FROM a moved image moves with it, however deep. An image whose tag moved is not built, and nothing that is FROM it moves for its sake. */
function withParents(
  subjects: readonly DriftSubject[],
  alone: readonly ImageDrift[],
  ownerOf: OwnerOf,
): readonly ImageDrift[] {
  const parents = new Map(
    subjects.map(({ image, last }) => {
      const names = describedBases(last).flatMap(({ base }) =>
        isOwnBase(base) ? (ownerOf(base.name)?.name ?? []) : [],
      );
      return [image.name, [...new Set(names)]];
    }),
  );
  const moved = new Set(alone.filter((one) => hasDrifted(one) && one.tag === undefined).map(({ image }) => image));
  for (let before = -1; before !== moved.size;) {
    before = moved.size;
    for (const { image, tag } of alone) {
      if (tag === undefined && parents.get(image)?.some((parent) => moved.has(parent)) === true) moved.add(image);
    }
  }
  return alone.map((one) => ({
    ...one,
    parents: (parents.get(one.image) ?? []).filter((parent) => moved.has(parent)),
  }));
}
