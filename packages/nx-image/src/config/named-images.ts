import type { Image } from './build-config';
import { nearest } from './nearest';

/** The image directories of a repository; configs are read when they are asked for. */
export interface ImageDirectories {
  readonly roots: readonly string[];
  /** All images of the directory. @throws HephyErrors where its config has problems */
  readonly images: (root: string) => readonly Image[];
}

/**
 * Finds images by what people call them: `web` and `projects/web` (also as `./projects/web/`) are all images of the directory, `web-debug` is that variant.
 * Answers their names; undefined: there is none so called.
 */
export function imageFinder({ roots, images }: ImageDirectories): (word: string) => readonly string[] | undefined {
  const byWord = new Map(
    roots.flatMap((root) => [[root, root] as const, [root.slice(root.lastIndexOf('/') + 1), root] as const]),
  );
  const namesAt = (root: string): readonly string[] => images(root).map(({ name }) => name);
  return (word) => {
    const wanted = plainPath(word);
    const directory = byWord.get(wanted);
    if (directory !== undefined) return namesAt(directory);
    // Only a directory whose name it begins with can have it as a variant.
    for (let end = wanted.lastIndexOf('-'); end > 0; end = wanted.lastIndexOf('-', end - 1)) {
      const root = byWord.get(wanted.slice(0, end));
      if (root !== undefined && namesAt(root).includes(wanted)) return [wanted];
    }
    return undefined;
  };
}

/** What a word that names nothing was probably meant to be. */
export function nearestImage({ roots, images }: ImageDirectories, word: string): string | undefined {
  const wanted = plainPath(word);
  return nearest(wanted, wanted.includes('/') ? roots : roots.flatMap((root) => images(root).map(({ name }) => name)));
}

/** `./projects/web/` is `projects/web`. */
function plainPath(word: string): string {
  let end = word.length;
  while (word[end - 1] === '/') end -= 1;
  return word.slice(0, end).replace(/^(?:\.\/+)+/, '');
}
