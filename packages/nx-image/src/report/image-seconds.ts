import { workSeconds } from './amounts';
import type { BuildResult, ImageResult, ManifestResult } from './result';

/** The work of an image's steps, of platforms that are built side by side the longest; what nx does between them is not ours. */
export function imageSeconds({ prepare, builds, manifest }: ImageResult): number {
  const work = (step: Pick<BuildResult | ManifestResult, 'outcome' | 'seconds'> | undefined): number =>
    step === undefined || step.outcome === 'skipped' ? 0 : workSeconds(step.seconds);
  return work(prepare) + Math.max(0, ...builds.map(work)) + work(manifest);
}
