import { shortDigest } from './amounts';
import { printableLine } from './printable';
import type { ImageResult, TagResult } from './result';
import type { Style } from './style';
import { wrap } from './wrap';

/** hephy's own: certificates of inputs and attempts of a builder, those of merge requests too. */
const INTERNAL = /^(?:mr\d+-)?(?:in|push|last)-/;
const INDENT = '  ';

/** What stands under an image: `why` it was built, where no row has it; `pull` and a reference a line, `stays` tags that were not moved and why, `note`s. */
export function referenceLines(
  result: ImageResult,
  options: { readonly width: number; readonly style: Style; readonly why: readonly string[] },
): readonly string[] {
  const { style, width } = options;
  const texts: readonly (readonly [string, readonly string[]])[] = [
    ['why', options.why],
    ['pull', pullReferences(result)],
    ['stays', (result.manifest?.tags ?? []).flatMap(stays)],
    ['note', notes(result)],
  ];
  return texts.flatMap(([label, lines]) =>
    lines
      .flatMap((line) => wrap(line, width - INDENT.length - 7))
      .map((line, index) => `${INDENT}${index === 0 ? style.dim(label.padEnd(7)) : ' '.repeat(7)}${line}`),
  );
}

/** The index's tags, the version first; then those of single platforms. By digest where there is no tag: what was withheld cannot be pulled. */
export function pullReferences(result: ImageResult): readonly string[] {
  const { manifest, repository } = result;
  const indexTags = (manifest?.tags ?? [])
    .filter((tag) => tag.state === 'written' || tag.state === 'kept')
    .map((tag) => tag.tag);
  const byDigest = (digest: string | undefined): string[] => (digest === undefined ? [] : [`${repository}@${digest}`]);
  const byTag = (tags: readonly string[]): string[] =>
    [...new Set(tags)].filter((tag) => !INTERNAL.test(tag)).map((tag) => `${repository}:${tag}`);
  const version = indexTags.filter((tag) => tag === manifest?.versionTag);
  const index = indexTags.length > 0 ? byTag([...version, ...indexTags]) : byDigest(manifest?.digest);
  const platforms = byTag(result.builds.flatMap((build) => build.tags));
  if (index.length > 0 || platforms.length > 0) return [...index, ...platforms];
  return result.builds.flatMap((build) => byDigest(build.digest));
}

/** Why a tag is not where this run would have put it; nothing of one that is. */
export function stays(tag: TagResult): readonly string[] {
  const at = tag.digest === undefined ? '' : ` at ${shortDigest(tag.digest)}`;
  switch (tag.state) {
    case 'withheld':
      return [`${tag.tag}${at}: public tags move only in a publishing run`];
    case 'fixed':
      return [`${tag.tag}${at}: it is fixed, and a fixed tag is never overwritten`];
    case 'late':
      return [`${tag.tag}${at}: a later run or a rollback has it, and no tag moves back`];
    case 'held':
      return [`${tag.tag}${at}: held there`];
    case 'written':
    case 'kept':
      return [];
  }
}

function notes(result: ImageResult): readonly string[] {
  return [
    ...result.builds.flatMap((build) => build.notes.map((note) => `${build.platform}: ${printableLine(note)}`)),
    ...(result.manifest?.notes ?? []).map(printableLine),
  ];
}
