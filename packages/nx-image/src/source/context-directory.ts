import { realpathSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { HephyError } from '../errors/hephy-error';

export interface ContextPlace {
  readonly workspaceRoot: string;
  /** The image directory, from the workspace root. */
  readonly imageRoot: string;
  /** From the image directory. */
  readonly contextPath: string;
}

/** The absolute path of a local context. @throws HephyError CONTEXT_MISSING, CONTEXT_ESCAPES */
export function contextDirectory(input: ContextPlace): string {
  const path = posix.join(input.imageRoot, input.contextPath);
  const directory = join(input.workspaceRoot, path);
  const hint = 'Say in `context_path` which directory it is, from the image directory.';
  if (!isDirectory(directory)) throw new HephyError('CONTEXT_MISSING', `there is no directory ${path}`, { hint });
  const inside = relative(realpathSync(input.workspaceRoot), realpathSync(directory));
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    throw new HephyError('CONTEXT_ESCAPES', `the context ${path} lies outside of the workspace`, { hint });
  }
  return directory;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
    return false;
  }
}
