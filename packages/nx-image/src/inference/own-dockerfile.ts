import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../config/build-config';
import type { ReadOptions } from '../dockerfile/dockerfile';

/**
 * The Dockerfile beside a config, and how the graph reads it. undefined: an upstream's is not here, and one that is missing is an error of `prepare`,
 * not of the graph.
 */
export function readOwnDockerfile(
  workspaceRoot: string,
  { root, config }: Image,
): { readonly text: string; readonly options: ReadOptions } | undefined {
  if (config.dockerfileFrom === 'upstream') return undefined;
  const path = `${root}/${config.dockerfilePath}`;
  let text: string;
  try {
    text = readFileSync(join(workspaceRoot, path), 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const { target, buildArgs, builder } = config;
  const args = new Map(buildArgs.map(({ name, value }) => [name, value]));
  return { text, options: { path, ...(target === undefined ? {} : { target }), args, builder } };
}
