import type { Image } from '../config/build-config';
import { manifestTask } from '../config/variant';
import { HephyError } from '../errors/hephy-error';
import { formatPlatform, type Platform } from '../oci/platform';
import type { BuildResult, PrepareResult } from '../report/result';
import type { RunContext } from './run-context';

export type Prepared = PrepareResult & Present<PrepareResult, 'context' | 'dockerfile'>;
export type Built = BuildResult & Present<BuildResult, 'digest' | 'manifest' | 'inputs'>;

type Present<T, K extends keyof T> = { readonly [key in K]-?: NonNullable<T[key]> };

/** @throws HephyError RESULT_MISSING where `prepare` of this run did not succeed */
export function requirePrepared(context: RunContext, image: Image): Prepared {
  const result = context.results.prepare(image.project);
  if (result?.context === undefined || result.dockerfile === undefined) throw missing(image, 'prepare');
  return result as Prepared;
}

/** @throws HephyError RESULT_MISSING where a platform of the image was not built or reused in this run */
export function requireBuilt(context: RunContext, image: Image, platform: Platform): Built {
  const result = context.results.build(image.name, platform);
  const there = result?.outcome === 'built' || result?.outcome === 'reused';
  if (!there || result.digest === undefined || result.manifest === undefined || result.inputs === undefined)
    throw missing(image, formatPlatform(platform));
  return result as Built;
}

function missing(image: Image, what: string): HephyError {
  return new HephyError('RESULT_MISSING', `this run has no result of ${image.name} (${what})`, {
    hint: `Run it through nx with what it depends on: npx nx run ${manifestTask(image)}, without --exclude-task-dependencies.`,
  });
}
