import { join } from 'node:path';
import type { Image } from '../config/build-config';
import type { ContextListing } from '../source/source';
import type { RunContext } from './run-context';
import { openLocalSource } from './open-local-source';
import { openUpstreamSource } from './open-upstream-source';

/** Where an image's Dockerfile and context come from, opened: the commit known, nothing copied. */
export interface OpenSource {
  readonly upstream: { readonly repo: string; readonly ref: string; readonly commit: string } | undefined;
  /** For messages: from the workspace root, or from the upstream's. */
  readonly dockerfilePath: string;
  readonly dockerfileText: string;
  /** Hashed once, however often it is asked for. */
  readonly list: () => Promise<ContextListing>;
  /** A directory that holds exactly the listing; shared, not to be written to. */
  readonly materialise: () => Promise<string>;
}

/** Where fetched commits lie, shared by all images, architectures and runs of the workspace. */
export function upstreamStore(context: Pick<RunContext, 'cacheDirectory'>): string {
  return join(context.cacheDirectory, 'upstreams');
}

/** Where materialised contexts lie, by digest, shared by all images and runs of the workspace. */
export function contextStore(context: Pick<RunContext, 'cacheDirectory'>): string {
  return join(context.cacheDirectory, 'contexts');
}

/**
 * Opened once a process and image: prepare and the builds of one batch share it.
 * @param commit of the upstream, where an earlier step of the run has found it
 */
export function openSource(context: RunContext, image: Image, commit?: string): Promise<OpenSource> {
  const known = context.sources.get(image.root);
  if (known !== undefined) return known;
  const { upstream } = image.config;
  const opened =
    upstream === undefined
      ? Promise.resolve(openLocalSource(context, image))
      : openUpstreamSource(context, image, upstream, commit);
  context.sources.set(image.root, opened);
  return opened;
}
