import { posix } from 'node:path';
import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { loadBuildConfig } from '../config/load-build-config';
import { imagesOf } from '../config/variant';
import { HephyErrors } from '../errors/hephy-error';

export const CONFIG_NAME = 'build-config.yaml';

/** The images of a config's text, at the root of which the config lies; the directory's own first. */
export function imagesAt(root: string, text: string | Buffer): readonly [Image, ...Image[]] {
  const configFile = posix.join(root, CONFIG_NAME);
  return imagesOf(root, configFile, loadBuildConfig(text, configFile));
}

/** The images of the workspace whose configs load: what is wrong with the others, the graph says. */
export function readImages(tree: Tree): readonly Image[] {
  const images: Image[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => {
    const file = path.replaceAll('\\', '/');
    if (posix.basename(file) !== CONFIG_NAME || posix.dirname(file) === '.') return;
    const bytes = tree.read(file);
    if (bytes === null) return;
    try {
      images.push(...imagesAt(posix.dirname(file), bytes));
    } catch (error) {
      if (!(error instanceof HephyErrors)) throw error;
    }
  });
  return images;
}
