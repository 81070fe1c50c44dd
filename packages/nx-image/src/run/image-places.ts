import { posix } from 'node:path';
import type { Image } from '../config/build-config';
import type { ImageCatalog } from './run-context';

/** What the images of a directory are made of. */
export interface ImagePlace {
  /** Of nx. */
  readonly project: string;
  /** Files and directories as its configs name them, from the workspace root. */
  readonly paths: readonly string[];
}

/** @throws HephyErrors where a config has problems */
export function imagePlaces(
  { roots, images }: Pick<ImageCatalog, 'roots' | 'images'>,
  projectOf: (root: string) => string,
): readonly ImagePlace[] {
  return roots.map((root) => ({
    project: projectOf(root),
    paths: [...new Set([root, ...images(root).flatMap(pathsOf)])],
  }));
}

/** An upstream's are not here. */
function pathsOf({ root, configFile, config }: Image): readonly string[] {
  const dockerfile = posix.join(root, config.dockerfilePath);
  const context = posix.join(root, config.contextPath);
  return [
    configFile,
    ...(config.dockerfileFrom === 'upstream' ? [] : [dockerfile]),
    ...(config.upstream === undefined
      ? [context, `${dockerfile}.dockerignore`, posix.join(context, '.dockerignore')]
      : []),
  ];
}
