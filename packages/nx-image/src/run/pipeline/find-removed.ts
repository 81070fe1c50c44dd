import { posix } from 'node:path';
import type { TrackedFiles } from '../../source/list-tracked';
import type { ContextListing } from '../../source/source';

export interface CheckoutContext {
  /** From the root of the checkout, `.` for itself. */
  readonly directory: string;
  /** Top-most files and directories of a fresh checkout, from `directory`, that the context does not have. */
  readonly remove: readonly string[];
  /** What the context has and a fresh checkout has not. */
  readonly missing: readonly string[];
}

/** @param path of the context's directory, from the workspace */
export function findRemoved(
  { prefix, paths }: TrackedFiles,
  path: string,
  { entries }: Pick<ContextListing, 'entries'>,
): CheckoutContext {
  const directory = posix.join(prefix, path).replace(/(?<=.)\/$/, '');
  const below = pathsBelow(paths, directory);
  const listed = new Set(entries.map((entry) => entry.path));
  const kept = new Set<string>();
  for (const one of listed) for (const parent of parentsOf(one)) kept.add(parent);
  const remove = new Set<string>();
  for (const one of below) {
    if (!listed.has(one)) remove.add(parentsOf(one).find((parent) => !kept.has(parent)) ?? one);
  }
  const tracked = new Set(below);
  return { directory, remove: [...remove], missing: [...listed].filter((one) => !tracked.has(one)) };
}

/** Of a sorted list, relative to the directory. */
function pathsBelow(paths: readonly string[], directory: string): readonly string[] {
  if (directory === '.') return paths;
  const prefix = `${directory}/`;
  let [low, high] = [0, paths.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((paths[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  const below: string[] = [];
  for (let at = low; paths[at]?.startsWith(prefix) === true; at += 1) below.push(paths[at]?.slice(prefix.length) ?? '');
  return below;
}

/** The directories that it is in, outermost first. */
function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) parents.push(path.slice(0, at));
  return parents;
}
