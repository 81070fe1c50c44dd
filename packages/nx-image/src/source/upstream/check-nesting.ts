import { posix } from 'node:path';
import { quoted } from '../../config/quoted';
import { HephyError } from '../../errors/hephy-error';
import type { TreeEntry } from './read-tree';

/**
 * A tree made by hand may hold `a` as a link and `a/b` as a file: written, it would lead outside. Nor has a file system a place for odd paths.
 * @throws HephyError CONTEXT_ESCAPES, CONTEXT_UNSUPPORTED
 */
export function checkNesting(entries: readonly TreeEntry[]): void {
  const paths = new Set<string>();
  for (const { path, odd } of entries) {
    if (odd !== undefined) {
      throw new HephyError('CONTEXT_UNSUPPORTED', odd, { hint: 'Name its directory in .dockerignore.' });
    }
    if (paths.has(path)) throw new HephyError('CONTEXT_ESCAPES', `the upstream has ${quoted(path)} twice`);
    paths.add(path);
  }
  const checked = new Set<string>();
  for (const { path } of entries) {
    for (let parent = posix.dirname(path); parent !== '.' && !checked.has(parent); parent = posix.dirname(parent)) {
      checked.add(parent);
      if (!paths.has(parent)) continue;
      throw new HephyError('CONTEXT_ESCAPES', `the upstream has ${quoted(parent)} as a file and as a directory`);
    }
  }
}
