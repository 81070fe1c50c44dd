/** How many links may follow each other, as in Linux. */
const MOST_LINKS = 40;

export type Followed =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'outside' } | { readonly kind: 'circle' };

/**
 * Where a path leads in a tree when its links are followed, without a file system: `links` are targets by path. A path that leads to nothing is a path all the same; one that
 * goes above the root even for a moment, or is absolute, leads outside.
 */
export function followLinks(links: ReadonlyMap<string, string>, path: string): Followed {
  const left = path.split('/').reverse();
  const done: string[] = [];
  for (let hops = 0; left.length > 0;) {
    const part = left.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.pop() === undefined) return { kind: 'outside' };
      continue;
    }
    const target = links.get([...done, part].join('/'));
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (target.startsWith('/')) return { kind: 'outside' };
    if (++hops > MOST_LINKS) return { kind: 'circle' };
    left.push(...target.split('/').reverse());
  }
  return { kind: 'path', path: done.join('/') };
}
