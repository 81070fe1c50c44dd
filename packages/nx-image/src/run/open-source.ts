import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../config/build-config';
import { HephyError } from '../errors/hephy-error';
import type { ContextListing } from '../source/source';
import { listContext } from '../source/list-context';
import { materialise } from '../source/materialise-context';
import type { RunContext } from './run-context';

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
