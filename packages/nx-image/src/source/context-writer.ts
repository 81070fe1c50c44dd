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

/**
 * Everything copied has this time: builders put it into layers, and the copy of one commit must be one layer everywhere. Not 1970: ZIP knows no time
 * before 1980, its first day is in the year before west of Greenwich, and some programs take 0 for "unknown".
 */
export const FIXED_TIME = new Date('1980-01-02T00:00:00Z');

/** Writes a context's files below a directory: modes 0644 and 0755 whatever the umask, one time for all. */
export class ContextWriter {
  private readonly directories = new Set<string>();
  private readonly links: { readonly path: string; readonly target: string }[] = [];

  constructor(readonly root: string) {}

  /** Opens a new file for `write`. */
  open(path: string): number {
    this.makeDirectory(posix.dirname(path));
    return openSync(join(this.root, path), 'wx', 0o600);
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
      symlinkSync(target, join(this.root, path));
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
    mkdirSync(join(this.root, directory));
    chmodSync(join(this.root, directory), 0o755);
    this.directories.add(directory);
  }
}
