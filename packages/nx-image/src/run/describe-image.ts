import { posix } from 'node:path';
import type { BuildConfig, Image } from '../config/build-config';
import type { Description } from '../plan/description';
import { MAX_DESCRIPTION_BYTES } from '../plan/description-text';
import { fitTree, growTree, isFileTree, type FileTree, type OpenTree } from '../plan/file-tree';
import { parseJson } from '../plan/parse-json';
import type { ContextListing } from '../source/source';
import type { Built, Prepared } from './require-results';

/** What an index says of how it was made: its platforms as their builds left them, and the files that `prepare` found. */
export function describeImage(image: Image, prepared: Prepared, builds: readonly Built[]): Description {
  const files = readTree(prepared.context.tree);
  const contextPath = normalContextPath(image.config);
  return {
    platforms: Object.fromEntries(builds.map((built) => [built.platform, built.inputs])),
    ...(files === undefined ? {} : { files }),
    ...(contextPath === '.' ? {} : { contextPath }),
  };
}

/** For the result of `prepare`: as much of the files as a description has room for. */
export function summarise(listing: ContextListing, config: BuildConfig): string | undefined {
  const files = fitTree(treeOf(listing, config), MAX_DESCRIPTION_BYTES);
  return files === undefined ? undefined : JSON.stringify(files);
}

/** Every file of the context. */
export function treeOf({ entries }: ContextListing, config: BuildConfig): OpenTree {
  return growTree(entries, dockerfileIn(config));
}

export function normalContextPath({ contextPath }: Pick<BuildConfig, 'contextPath'>): string {
  return posix.normalize(contextPath).replace(/(?<=.)\/$/, '');
}

/** Where it lies in the context; undefined: not there. */
function dockerfileIn({ upstream, dockerfileFrom, dockerfilePath, contextPath }: BuildConfig): string | undefined {
  if (upstream !== undefined && dockerfileFrom === 'local') return undefined;
  const path = posix.relative(posix.join('/', contextPath), posix.join('/', dockerfilePath));
  return path.startsWith('../') ? undefined : path;
}

/** As far as `summarise` left them open. undefined: nothing that `summarise` wrote. */
export function readTree(text: string | undefined): FileTree | undefined {
  const tree = text === undefined ? undefined : parseJson(text);
  return isFileTree(tree) ? tree : undefined;
}
