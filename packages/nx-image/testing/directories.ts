import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Directories {
  /** Without links in its path. */
  readonly base: string;
  /** A new one in `base`, where nothing is yet. */
  readonly newDirectory: () => string;
}

/** Directories for the tests of a file, gone after them. */
export function makeDirectories(): Directories {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'hephy-tests-')));
  afterAll(() => {
    rmSync(base, { recursive: true });
  });
  let count = 0;
  const newDirectory = () => {
    const directory = join(base, String(++count));
    mkdirSync(directory);
    return directory;
  };
  return { base, newDirectory };
}

/** A file below a directory, and the directories that it lies in. */
export function write(root: string, path: string, content: string | Uint8Array, mode?: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  if (mode !== undefined) chmodSync(join(root, path), mode);
}
