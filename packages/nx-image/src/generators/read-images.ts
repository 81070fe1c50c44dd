import { posix } from 'node:path';
import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import type { Image } from '../config/build-config';
import { loadBuildConfig } from '../config/load-build-config';
import { HephyErrors } from '../errors/hephy-error';

export const CONFIG_NAME = 'build-config.yaml';

/** The image of a config's text, at the root of which the config lies. */
export function imageOf(root: string, text: string | Buffer): Image {
  const configFile = posix.join(root, CONFIG_NAME);
  return { name: posix.basename(root), root, configFile, config: loadBuildConfig(text, configFile) };
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
      images.push(imageOf(posix.dirname(file), bytes));
    } catch (error) {
      if (!(error instanceof HephyErrors)) throw error;
    }
  });
  return images;
}
