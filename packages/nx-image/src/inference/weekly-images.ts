import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../config/build-config';
import { alterConfig } from '../config/config-source';
import type { ImageDirectories } from '../config/named-images';
import { invalid, MAX_LIST_BYTES, readWeeklyList, WEEKLY_LIST } from '../config/weekly-list';

const WEEK = 7 * 24 * 3600 * 1000;

/**
 * What rebuild-weekly.txt makes of images: those that it names are a week old at most, or as old as their config says where that is less.
 * @throws HephyErrors WEEKLY_LIST_INVALID
 */
export function weeklyImages(workspaceRoot: string, directories: ImageDirectories): (image: Image) => Image {
  const bytes = readIfThere(join(workspaceRoot, WEEKLY_LIST));
  const listed = bytes === undefined ? new Set<string>() : readWeeklyList(bytes, directories);
  return (image) => {
    const { maxAge = Infinity } = image.config;
    return listed.has(image.name) && maxAge > WEEK
      ? { ...image, config: alterConfig(image.config, { maxAge: WEEK }) }
      : image;
  };
}

function readIfThere(path: string): Buffer | undefined {
  let file: number;
  try {
    // Without waiting for whoever would write into a pipe.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    throw invalid(`the file cannot be read: ${code}`, 'Mend it, or remove it.');
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw invalid('it is no file', 'Remove it.');
    if (stat.size > MAX_LIST_BYTES) throw invalid(`the file has ${stat.size} bytes, more than ${MAX_LIST_BYTES}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
