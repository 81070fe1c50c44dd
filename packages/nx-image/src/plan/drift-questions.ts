import type { Digest } from '../oci/digest';
import { formatReference, parseReference } from '../oci/reference';
import { isDescribed, shortOf, type BaseDescription } from './description';
import type { DriftSubject, LastPublished } from './drift';
import { isSameRef } from './published-upstream';

/** What is asked once for all images: of registries, and of upstreams. */
export interface DriftQuestions {
  /** Names of bases of others, in full with the tag. */
  readonly bases: readonly string[];
  /** Refs by repository, each once. */
  readonly refs: ReadonlyMap<string, readonly string[]>;
}

/** A base that is named by its digest cannot move, and a commit neither. */
export function askAbout(subjects: readonly DriftSubject[]): DriftQuestions {
  const refs = new Map<string, Set<string>>();
  for (const { image, last } of subjects) {
    const { upstream } = image.config;
    const was = last.kind === 'published' ? last.upstream : undefined;
    // A config that names another ref than what was published wants another image: nothing of it has moved.
    if (upstream === undefined || was === undefined || !isSameRef(was, upstream)) continue;
    refs.set(upstream.repo, (refs.get(upstream.repo) ?? new Set()).add(upstream.ref));
  }
  const names = externalBases(subjects).map(({ name }) => name);
  return { bases: [...new Set(names)].sort(), refs: new Map([...refs].map(([repo, all]) => [repo, [...all]])) };
}

/** Of the bases, those that name something else now than for at least one image. */
export function movedBases(
  subjects: readonly DriftSubject[],
  now: ReadonlyMap<string, Digest>,
): ReadonlyMap<string, Digest> {
  const moved = new Map<string, Digest>();
  for (const { name, index } of externalBases(subjects)) {
    const digest = now.get(name);
    if (digest !== undefined && shortOf(digest) !== index) moved.set(name, digest);
  }
  return moved;
}

/** The bases that were described, by platform. */
export function describedBases(
  last: LastPublished,
): readonly { readonly platform: string; readonly base: BaseDescription }[] {
  if (last.kind !== 'published') return [];
  return Object.entries(last.description?.platforms ?? {}).flatMap(([platform, described]) =>
    isDescribed(described) ? described.bases.map((base) => ({ platform, base })) : [],
  );
}

/** An image of the same repository has no index of its own in a description. */
export function isOwnBase({ index }: BaseDescription): boolean {
  return index === undefined;
}

/** Its name in full, where what it names can move; undefined: it is named by its digest, or is an image of the same repository, or the name is none. */
export function movableName(base: BaseDescription): string | undefined {
  const reference = isOwnBase(base) ? undefined : parseReference(base.name);
  return reference === undefined || reference.digest !== undefined ? undefined : formatReference(reference);
}

function externalBases(
  subjects: readonly DriftSubject[],
): readonly { readonly name: string; readonly index: string | undefined }[] {
  return subjects
    .flatMap(({ last }) => describedBases(last))
    .flatMap(({ base }) => {
      const name = movableName(base);
      return name === undefined ? [] : [{ name, index: base.index }];
    });
}
