import { posix } from 'node:path';
import type { BuilderName } from '../config/build-config';
import { UNKNOWN, type ContextSource } from '../dockerfile/find-context-sources';
import { IgnorePattern, PatternError } from './ignore-pattern';
import { followLinks } from './upstream/follow-links';

/**
 * What an instruction is led by. `above`: the source itself leads out of the context. `stage`: it lies in a stage or an image, whose links nobody knows. `out`: it passes through a
 * link out of the context. `link`: it is a link, to something of the context.
 */
export type LedOut =
  | { readonly kind: 'above' | 'stage'; readonly source: ContextSource }
  | {
      readonly kind: 'out' | 'link';
      readonly source: ContextSource;
      /** From the context, and where it points. */
      readonly link: string;
      readonly target: string;
    };

/**
 * Links in a copied directory are copied as links, and mean nothing until the image runs. But a source that passes through a link is read where the builder finds it. Docker
 * looks within the context. Kaniko looks in its own root, where its credentials are; and where Docker copies what a link points at, it copies the link. buildah copies as Docker does,
 * but 1.28 binds the machine's own directories (CVE-2024-1753).
 */
export function findLedOut(
  sources: readonly ContextSource[],
  links: ReadonlyMap<string, string>,
  builder: BuilderName,
): LedOut[] {
  return sources.flatMap((source): LedOut[] => {
    if (builder === 'buildah' ? source.instruction !== 'RUN' : source.of !== undefined) return [];
    const parts = posix
      .normalize(source.path)
      .split('/')
      .filter((part) => part !== '' && part !== '.');
    if (source.of === 'stage') return parts.length === 0 ? [] : [{ source, kind: 'stage' }];
    if (parts[0] === '..') return [{ source, kind: 'above' }];
    if (source.of !== undefined) return [];
    const plain = !/[*?[\\]/.test(source.path) && !source.path.includes(UNKNOWN);
    for (const [link, target] of links) {
      const match = matchLink(parts, link.split('/'));
      if (match === undefined) continue;
      const { kind } = followLinks(links, link);
      const through = match === 'through' || source.instruction === 'RUN';
      if (through && kind === 'outside') return [{ source, link, target, kind: 'out' }];
      if (!through && plain && kind === 'path') return [{ source, link, target, kind: 'link' }];
    }
    return [];
  });
}

/** Whether a source may be the link (`is`) or something behind it (`through`). */
function matchLink(source: readonly string[], link: readonly string[]): 'is' | 'through' | undefined {
  for (const [index, part] of link.entries()) {
    const pattern = source[index];
    if (pattern === undefined) return undefined;
    if (pattern.includes(UNKNOWN)) {
      const before = pattern.slice(0, pattern.indexOf(UNKNOWN));
      return /[*?[\\]/.test(before) || part.startsWith(before) ? 'through' : undefined;
    }
    if (!matches(pattern, part)) return undefined;
  }
  return source.length > link.length ? 'through' : 'is';
}

function matches(pattern: string, part: string): boolean {
  if (pattern === part) return true;
  if (!/[*?[\\]/.test(pattern)) return false;
  try {
    return new IgnorePattern(pattern, { left: 1_000_000 }).matches(part);
  } catch (error) {
    if (error instanceof PatternError) return false; // no builder takes it
    throw error;
  }
}
