import { shortDigest } from './amounts';
import { printableLine } from './printable';
import type { ImageResult, TagResult } from './result';
import type { Style } from './style';
import { wrap } from './wrap';

/** hephy's own: certificates of inputs and attempts of a builder, those of merge requests too. */
const INTERNAL = /^(?:mr\d+-)?(?:in|push)-/;
const INDENT = '  ';

/** What stands under an image: `pull` and a reference a line, `stays` tags that were not moved and why, `note`s. */
export function referenceLines(
  result: ImageResult,
  options: { readonly width: number; readonly style: Style },
): readonly string[] {
  const { style, width } = options;
  const texts: readonly (readonly [string, readonly string[]])[] = [
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

/** The index's tags, the version first; then those of single platforms. By digest where there is no tag. */
export function pullReferences(result: ImageResult): readonly string[] {
  const { manifest, repository } = result;
  const indexTags = (manifest?.tags ?? [])
    .filter((tag) => tag.state === 'written' || tag.state === 'kept')
    .map((tag) => tag.tag);
  const version = manifest?.versionTag === undefined ? [] : [manifest.versionTag];
  const archTags = result.builds.flatMap((build) => build.tags);
  const tags = [...new Set([...version, ...indexTags, ...archTags])].filter((tag) => !INTERNAL.test(tag));
  if (tags.length > 0) return tags.map((tag) => `${repository}:${tag}`);
  if (manifest?.digest !== undefined) return [`${repository}@${manifest.digest}`];
  return result.builds.flatMap((build) => (build.digest === undefined ? [] : [`${repository}@${build.digest}`]));
}

function stays(tag: TagResult): readonly string[] {
  const at = tag.digest === undefined ? '' : ` at ${shortDigest(tag.digest)}`;
  switch (tag.state) {
    case 'withheld':
      return [`${tag.tag}${at}: public tags move only in a publishing run`];
    case 'fixed':
      return [`${tag.tag}${at}: it is fixed, and a fixed tag is never overwritten`];
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
