import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { join, posix, relative } from 'node:path';

/** As many as Linux follows. */
const LINKS = 40;

/** Where a path leads: the links on its way, and the place behind them; all from the workspace root, `../…` outside of it. */
export function ledTo(workspaceRoot: string, path: string): readonly string[] {
  const root = realpathSync(workspaceRoot);
  if (isReal(join(root, path))) return [path];
  const found: string[] = [];
  const parts = path.split('/');
  let place = root;
  for (let part = parts.shift(); part !== undefined && found.length < LINKS; part = parts.shift()) {
    const next = posix.join(place, part);
    const target = look(next)?.isSymbolicLink() === true ? readlinkSync(next) : undefined;
    if (target === undefined) {
      place = next;
      continue;
    }
    found.push(next);
    parts.unshift(...target.split('/'));
    if (target.startsWith('/')) place = '/';
  }
  return [...found, place].map((one) => relative(root, one) || '.');
}

function isReal(path: string): boolean {
  try {
    return realpathSync.native(path) === path;
  } catch {
    return false; // Absent, or beyond reach: then its parts say more.
  }
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (['ENOTDIR', 'EACCES', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
