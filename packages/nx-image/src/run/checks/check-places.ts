import type { Dockerfile } from '../../dockerfile/dockerfile';
import { HephyError } from '../../errors/hephy-error';
import type { LayeredFiles } from './layered-files';

export type DockerfilePlaces = Pick<Dockerfile, 'path' | 'copied' | 'mounted'>;

/**
 * What builders do otherwise than Docker and only what came out shows. Answers notes.
 * @throws HephyError DOCKERFILE_REFUSED where files of the base are missing
 */
export function checkPlaces({ path: file, copied, mounted }: DockerfilePlaces, files: LayeredFiles): string[] {
  const links = copied.flatMap(({ line, path }) => {
    const target = files.linkAt(path);
    if (target === undefined) return [];
    return `${file}:${line}: ${path} is a link to ${target}: Docker copies what a link points to and replaces one that is there, Kaniko does neither. Name the file that is meant.`;
  });
  const emptied = mounted.flatMap(({ line, path, cache }) => {
    if (!files.removes(path)) return [];
    const what = `buildah deleted what the base has at ${path}, because a RUN mounts something there`;
    if (cache) return `${file}:${line}: ${what}.`;
    throw new HephyError('DOCKERFILE_REFUSED', what, {
      where: { file, line },
      hint: 'Mount it at a path that the base does not have, or use build_backend: kaniko.',
    });
  });
  return [...links, ...emptied];
}
