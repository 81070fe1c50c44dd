import type { Image } from '../config/build-config';
import type { OpenSource } from './opened-source';
import type { RunContext } from './run-context';
import { openLocalSource } from './open-local-source';
import { openUpstreamSource } from './open-upstream-source';

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
