const SURROGATE = /[\ud800-\udfff]/;

/** Sorts by the bytes of the paths' UTF-8, as git does: JavaScript's own order differs where a path has characters beyond U+FFFF. */
export function sortByPath<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  if (!entries.some(({ path }) => SURROGATE.test(path))) {
    return [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry.path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry);
}
