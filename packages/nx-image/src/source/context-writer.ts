import {
  chmodSync,
  closeSync,
  fchmodSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { quoted } from '../config/quoted';
import { HephyError } from '../errors/hephy-error';

/**
 * Everything copied has this time: builders put it into layers, and the copy of one commit must be one layer everywhere. Not 1970: ZIP knows no time
 * before 1980, its first day is in the year before west of Greenwich, and some programs take 0 for "unknown".
 */
export const FIXED_TIME = new Date('1980-01-02T00:00:00Z');

const REASONS: Readonly<Partial<Record<string, string>>> = {
  EEXIST: 'this file system takes it for another file of the context',
  ENAMETOOLONG: 'its path is longer than this file system takes',
  EILSEQ: 'this file system takes no such name',
};

/** Writes a context's files below a directory: modes 0644 and 0755 whatever the umask, one time for all. */
export class ContextWriter {
  private readonly directories = new Set<string>();
  private readonly links: { readonly path: string; readonly target: string }[] = [];

  constructor(readonly root: string) {}

  /** Opens a new file for `write`. */
  open(path: string): number {
    this.makeDirectory(posix.dirname(path));
    return this.attempt(path, () => openSync(join(this.root, path), 'wx', 0o600));
  }

  write(file: number, bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset, bytes.length - offset);
  }

  close(file: number, path: string, executable: boolean): void {
    fchmodSync(file, executable ? 0o755 : 0o644);
    closeSync(file);
    utimesSync(join(this.root, path), FIXED_TIME, FIXED_TIME);
  }

  /** Links are made last: nothing is ever written through one. */
  link(path: string, target: string): void {
    this.makeDirectory(posix.dirname(path));
    this.links.push({ path, target });
  }

  finish(): void {
    for (const { path, target } of this.links) {
      this.attempt(path, () => {
        symlinkSync(target, join(this.root, path));
      });
      lutimesSync(join(this.root, path), FIXED_TIME, FIXED_TIME);
    }
    // The deepest first: what is made in a directory changes its time.
    for (const directory of [...this.directories].reverse()) {
      utimesSync(join(this.root, directory), FIXED_TIME, FIXED_TIME);
    }
    chmodSync(this.root, 0o755);
    utimesSync(this.root, FIXED_TIME, FIXED_TIME);
  }

  private makeDirectory(directory: string): void {
    if (directory === '.' || this.directories.has(directory)) return;
    this.makeDirectory(posix.dirname(directory));
    this.attempt(directory, () => {
      mkdirSync(join(this.root, directory));
    });
    chmodSync(join(this.root, directory), 0o755);
    this.directories.add(directory);
  }

  /** What git can hold and this file system cannot: names that differ in letter case alone, paths that are too long. @throws HephyError CONTEXT_UNSUPPORTED */
  private attempt<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? '';
      const what = REASONS[code];
      if (what === undefined) throw cause;
      throw new HephyError('CONTEXT_UNSUPPORTED', `${quoted(path)} cannot be written here: ${what}`, {
        hint: 'Name it in .dockerignore, or build on Linux.',
        cause,
      });
    }
  }
}
