import type { Image } from '../config/build-config';
import type { Platform } from '../oci/platform';
import type { BuildResult, PrepareResult } from '../report/result';
import type { RunContext } from './run-context';

/** The result with the images that the platform is FROM, and for how long it was they that it waited for: all else was ready when `prepare` had ended. */
export function withParents(
  { results }: Pick<RunContext, 'results'>,
  image: Image,
  platform: Platform,
  result: BuildResult,
  parents: readonly string[],
): BuildResult {
  const prepared = results.prepare(image.project);
  const builds = parents.flatMap((parent) => results.build(parent, platform) ?? []);
  const last = Math.max(...builds.map(endOf));
  if (prepared === undefined || builds.length === 0) return { ...result, parents: [...parents] };
  const waited = Math.min(last, Date.parse(result.started)) - endOf(prepared);
  const seconds = waited > 0 ? { ...result.seconds, parents: Math.round(waited) / 1000 } : result.seconds;
  return { ...result, parents: [...parents], seconds };
}

/** Milliseconds of the epoch. */
function endOf({ started, seconds }: BuildResult | PrepareResult): number {
  return Date.parse(started) + (seconds.total ?? 0) * 1000;
}
