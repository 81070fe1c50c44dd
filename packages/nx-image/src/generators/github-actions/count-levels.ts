import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { Image } from '../../config/build-config';
import { checkImages } from '../../config/image-table';
import { findOwnImages } from '../../dockerfile/find-own-images';
import { dockerfileOptions } from '../../inference/own-dockerfile';
import { readImages } from '../read-images';

/** How many images of the workspace stand on each other at most, the lowest included. What an upstream's Dockerfile is FROM is not known here. */
export function countLevels(tree: Tree): number {
  const images = readImages(tree);
  const { owners } = checkImages(images);
  const parents = new Map(
    images.map((image) => [
      image,
      readOwn(tree, image).flatMap((own) => {
        const owner = owners.get(own);
        return owner === undefined || owner === image ? [] : [owner];
      }),
    ]),
  );
  const depths = new Map<Image, number>();
  const depthOf = (image: Image): number => {
    const known = depths.get(image);
    if (known !== undefined) return known;
    // A circle, which nx refuses, ends here.
    depths.set(image, 1);
    const depth = 1 + Math.max(0, ...(parents.get(image) ?? []).map(depthOf));
    depths.set(image, depth);
    return depth;
  };
  return Math.max(0, ...images.map(depthOf));
}

function readOwn(tree: Tree, image: Image): readonly string[] {
  const { root, config } = image;
  if (config.dockerfileFrom === 'upstream') return [];
  const text = tree.read(posix.join(root, config.dockerfilePath), 'utf8');
  return text === null ? [] : findOwnImages(text, dockerfileOptions(image));
}
