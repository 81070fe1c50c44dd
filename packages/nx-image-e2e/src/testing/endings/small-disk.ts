import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A directory that is a file system of its own, in memory, of so many MiB: one that can be full. Needs root. */
export class SmallDisk {
  private constructor(readonly directory: string) {}

  static mount(directory: string, mebibytes: number): SmallDisk {
    mkdirSync(directory, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'hephy-test', directory]);
    return new SmallDisk(directory);
  }

  /** Leaves no byte and no file. */
  fill(): void {
    const block = Buffer.alloc(4096);
    for (let size = 2 ** 20; size >= 4096; size /= 16) {
      for (let count = 0; this.takes(`filling-${size}-${count}`, size === 4096 ? block : Buffer.alloc(size)); count++);
    }
  }

  free(): void {
    execFileSync('find', [this.directory, '-maxdepth', '1', '-name', 'filling-*', '-delete']);
  }

  unmount(): void {
    execFileSync('umount', [this.directory]);
  }

  private takes(name: string, content: Buffer): boolean {
    const path = join(this.directory, name);
    try {
      writeFileSync(path, content);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      rmSync(path, { force: true });
      return false;
    }
  }
}
