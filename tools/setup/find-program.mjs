import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian puts what only root needs: not on everybody's PATH. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Absolute path of a program, or undefined. */
export function findProgram(name) {
  const directories = [...(process.env.PATH ?? '').split(':').filter((directory) => directory !== ''), ...SYSTEM];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
