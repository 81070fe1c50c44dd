import { createHash } from 'node:crypto';
import { sortByPath } from './sort-paths';
import type { ContextEntry, ContextListing } from './source';

/** Sorts the entries and hashes them: the same files, links and modes have the same digest wherever they lie and whoever owns them. */
export function makeListing(
  entries: readonly ContextEntry[],
  size: number,
  notes: readonly string[] = [],
): ContextListing {
  const sorted = sortByPath(entries);
  const hash = createHash('sha256');
  // NUL ends each part: none of them can hold one.
  for (const { path, kind, content } of sorted) hash.update(`${kind}\0${content}\0${path}\0`);
  const digest = `sha256:${hash.digest('hex')}` as const;
  return { entries: sorted, digest, size, ...(notes.length === 0 ? {} : { notes }) };
}
