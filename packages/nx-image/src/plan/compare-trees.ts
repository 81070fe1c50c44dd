import { DOCKERFILE_MARK, entriesOf, treeCloser, type FileTree } from './file-tree';
import type { Change } from './reason';

/** So many files are named; the rest is counted. */
const MAX_NAMED = 50;

/**
 * What differs between a context as it was described and as it is. A directory that was described closed is named as a whole; so is one that is new or gone. The
 * Dockerfile's text is no file's content.
 * @param after with every directory open
 */
export function compareTrees(before: FileTree, after: FileTree): readonly Change[] {
  const close = treeCloser();
  const changes: Change[] = [];
  const say = (how: Change['how'], path: string, tree: FileTree): void => {
    if (isDockerfile(tree)) return;
    changes.push({ kind: 'file', how, ...(path === '' ? {} : { name: `${path}${isDirectory(tree) ? '/' : ''}` }) });
  };
  const compare = (was: FileTree | undefined, is: FileTree | undefined, path: string): void => {
    if (was === undefined || is === undefined || isDirectory(was) !== isDirectory(is)) {
      if (was !== undefined) say('removed', path, was);
      if (is !== undefined) say('added', path, is);
      return;
    }
    if (typeof was === 'string' || typeof is === 'string') {
      const [old, now] = [close(was), close(is)];
      if (old === now) return;
      if (isDirectory(was)) say('below', path, was);
      else if (old.slice(0, 8) === now.slice(0, 8) && isFile(old) && isFile(now)) say('mode', path, now);
      else if (isDockerfile(old) && isDockerfile(now)) changes.push({ kind: 'file', how: 'mode', name: path });
      else if (!isDockerfile(old) && !isDockerfile(now)) say('content', path, now);
      return;
    }
    const both = new Map(entriesOf(was).map(([name, entry]) => [name, [entry, undefined] as Pair]));
    for (const [name, entry] of entriesOf(is)) both.set(name, [both.get(name)?.[0], entry]);
    for (const [name, [old, now]] of [...both].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (old !== now) compare(old, now, path === '' ? name : `${path}/${name}`);
    }
  };
  compare(before, after, '');
  if (changes.length <= MAX_NAMED) return changes;
  return [...changes.slice(0, MAX_NAMED), { kind: 'file', how: 'changed', more: changes.length - MAX_NAMED }];
}

type Pair = readonly [FileTree | undefined, FileTree | undefined];

function isDirectory(tree: FileTree): boolean {
  return typeof tree !== 'string' || tree.endsWith('/');
}

/** With no link's mark: what a link is instead of a file is no mode. */
function isFile(leaf: string): boolean {
  return /^[0-9a-f]{8}x?$/.test(leaf);
}

/** Or a directory of nothing else. */
function isDockerfile(tree: FileTree): boolean {
  if (typeof tree === 'string') return tree.startsWith(DOCKERFILE_MARK);
  const entries = Object.values(tree);
  return entries.length > 0 && entries.every(isDockerfile);
}
