import { readFileSync } from 'node:fs';
import type { Image } from '../config/build-config';
import type { ReadOptions } from '../dockerfile/dockerfile';

/**
 * The Dockerfile beside a config, and how the graph reads it. undefined: an upstream's is not here, and one that is missing is an error of `prepare`,
 * not of the graph.
 */
export function readOwnDockerfile(
  workspaceRoot: string,
  image: Image,
): { readonly text: string; readonly options: ReadOptions } | undefined {
  const { root, config } = image;
  if (config.dockerfileFrom === 'upstream') return undefined;
  const path = `${root}/${config.dockerfilePath}`;
  let text: string;
  try {
    text = readFileSync(`${workspaceRoot}/${path}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  return { text, options: dockerfileOptions(image) };
}

export function dockerfileOptions({ root, config }: Image): ReadOptions {
  const { dockerfilePath, target, buildArgs, builder } = config;
  const args = new Map(buildArgs.map(({ name, value }) => [name, value]));
  return { path: `${root}/${dockerfilePath}`, ...(target === undefined ? {} : { target }), args, builder };
}
