import type { Image } from '../config/build-config';
import type { ManifestResult } from '../report/result';
import type { RunContext } from './run-context';

/** Whether what is built is pushed: a pipeline may only build. */
export function isPushed({ handed }: Pick<RunContext, 'handed'>): boolean {
  return handed?.run.push !== false;
}

/** Of an image whose platforms were built and pushed nowhere. */
export function notPublished({ facts }: RunContext, image: Image): ManifestResult {
  return {
    ...{ version: 1, step: 'manifest', run: facts.id, image: image.name, started: new Date().toISOString() },
    ...{ seconds: {}, outcome: 'skipped', platforms: [], tags: [], notes: [] },
    reason: 'this pipeline only builds: nothing is pushed, and so nothing is checked or published',
  };
}
