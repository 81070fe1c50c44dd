import { posix } from 'node:path';

/**
 * Those of the changed paths that what lies at the places may be different by: in one of them, a submodule or a link on the way to one, or the .gitattributes of a directory on the way, by
 * which git writes other bytes. All from the workspace root; `../…` is beside it.
 */
export function findTouching(changed: readonly string[], places: readonly string[]): readonly string[] {
  const inside = new Set(places);
  const onTheWay = new Set(places.flatMap(above));
  return changed.filter((path) => {
    if (inside.has(path) || onTheWay.has(path)) return true;
    const directories = above(path);
    if (directories.some((one) => inside.has(one))) return true;
    const [directory] = directories;
    return directory !== undefined && posix.basename(path) === '.gitattributes' && isAbove(directory, onTheWay);
  });
}

/** Nearest first. */
function above(path: string): readonly string[] {
  const found: string[] = [];
  for (let one = path; one !== '.' && posix.basename(one) !== '..'; found.push(one)) one = posix.dirname(one);
  return found;
}

/** What is above the workspace is above all of it. */
function isAbove(directory: string, onTheWay: ReadonlySet<string>): boolean {
  return onTheWay.has(directory) || /^\.\.(?:\/\.\.)*$/.test(directory);
}
