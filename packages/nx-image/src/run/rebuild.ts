import type { Image } from '../config/build-config';
import { imageFinder, nearestImage, type ImageDirectories } from '../config/named-images';
import { quoted } from '../config/quoted';
import { HephyError, HephyErrors } from '../errors/hephy-error';

/** Which images a run builds anew although the registry has them: all of its tasks, or those named. */
export type Rebuild = 'all' | readonly string[];

/** More than anybody reads at once. */
const MAX_SHOWN = 20;

/** `true`, `false`, or names: the value of `--rebuild` and of HEPHY_REBUILD. */
export function readRebuildValue(text: string): Rebuild {
  if (text === 'true') return 'all';
  if (text === 'false') return [];
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}

/** Whether an image is one of those. @throws HephyErrors OPTIONS_INVALID for names that are no image's */
export function rebuildChooser(rebuild: Rebuild | undefined, directories: ImageDirectories): (image: Image) => boolean {
  if (rebuild === 'all') return () => true;
  if (rebuild === undefined || rebuild.length === 0) return () => false;
  const find = imageFinder(directories);
  const named = new Set<string>();
  const unknown = new Set<string>();
  for (const word of rebuild) {
    const names = find(word);
    for (const name of names ?? []) named.add(name);
    if (names === undefined) unknown.add(word);
  }
  if (unknown.size === 0) return ({ name }) => named.has(name);
  throw new HephyErrors([...unknown].slice(0, MAX_SHOWN).map((word) => unknownImage(word, directories)));
}

function unknownImage(word: string, directories: ImageDirectories): HephyError {
  const near = nearestImage(directories, word);
  return new HephyError('OPTIONS_INVALID', `there is no image ${quoted(word)} to rebuild`, {
    hint:
      near === undefined
        ? 'Write `--rebuild` alone (HEPHY_REBUILD=true) for all images of the run, `--rebuild=web,curl` for some.'
        : `Did you mean ${near}?`,
  });
}
