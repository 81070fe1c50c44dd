import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface FreeSpace {
  /** Bytes for us, who may be no root. */
  readonly bytes: number;
  /** Files that may still be made; undefined where the file system does not count them. */
  readonly files: number | undefined;
}

/** Of the file system that the directory is on, or will be; undefined: not known, as of one that counts no blocks. */
export async function freeSpace(directory: string): Promise<FreeSpace | undefined> {
  for (let path = directory; ; path = dirname(path)) {
    try {
      const { blocks, bavail, bsize, files, ffree } = await statfs(path);
      if (blocks === 0) return undefined;
      return { bytes: bavail * bsize, files: files === 0 ? undefined : ffree };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) return undefined;
    }
  }
}
