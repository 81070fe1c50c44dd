import { join } from 'node:path';
import type { ContextListing } from '../source/source';

/** Where an image's Dockerfile and context come from, opened: the commit known, nothing copied. */
export interface OpenSource {
  readonly upstream:
    | {
        readonly repo: string;
        readonly ref: string;
        readonly commit: string;
        /** The ref in full, as far as it was asked for here. */
        readonly name?: string;
      }
    | undefined;
  /** For messages: from the workspace root, or from the upstream's. */
  readonly dockerfilePath: string;
  readonly dockerfileText: string;
  /** Lines that are no errors: a ref that is a tag and a branch. */
  readonly notes: readonly string[];
  /** Hashed once, however often it is asked for. */
  readonly list: () => Promise<ContextListing>;
  /** A directory that holds exactly the listing; shared, not to be written to. */
  readonly materialise: () => Promise<string>;
}

/** Where fetched commits lie, shared by all images, architectures and runs of the workspace. */
export function upstreamStore(context: { readonly cacheDirectory: string }): string {
  return join(context.cacheDirectory, 'upstreams');
}

/** Where materialised contexts lie, by digest, shared by all images and runs of the workspace. */
export function contextStore(context: { readonly cacheDirectory: string }): string {
  return join(context.cacheDirectory, 'contexts');
}
