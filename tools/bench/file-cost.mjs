import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = 2000;

/**
 * CPU milliseconds of the system for creating a small file below the directory, as many having been removed there just before: what a copied context costs.
 * On ext4 without a journal it is up to 1 ms, since that leaves the inodes of removed files alone for minutes and goes over them each time
 * (https://github.com/torvalds/linux/blob/v6.12/fs/ext4/ialloc.c, `recently_deleted`); elsewhere 0.01 to 0.03.
 */
export function measureFileCost(directory) {
  const own = mkdtempSync(join(directory, 'files-'));
  try {
    createFiles(join(own, 'removed'));
    rmSync(join(own, 'removed'), { recursive: true });
    const before = process.cpuUsage();
    createFiles(join(own, 'created'));
    return process.cpuUsage(before).system / 1000 / FILES;
  } finally {
    rmSync(own, { recursive: true });
  }
}

function createFiles(root) {
  for (let file = 0; file < FILES; file += 1) {
    const directory = join(root, String(file % 20));
    if (file < 20) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, String(file)), 'x'.repeat(1024));
  }
}
