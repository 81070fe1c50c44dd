import type { StageRun } from '../dockerfile/stage-runs';
import { parsePlatform, type Platform } from '../oci/platform';

/** A RUN that starts programs of another architecture than the machine's. */
export interface ForeignRun {
  readonly line: number;
  readonly architecture: string;
}

/** Of each foreign architecture the first RUN that needs it, in the order of the stages. */
export function planEmulation(
  runs: readonly StageRun[],
  target: Platform,
  machine: Pick<Platform, 'architecture'>,
): readonly ForeignRun[] {
  const first = new Map<string, ForeignRun>();
  for (const { line, platform } of runs) {
    if (platform.kind === 'build') continue;
    const architecture = (platform.kind === 'fixed' ? parsePlatform(platform.platform) : target)?.architecture;
    if (architecture === undefined || architecture === machine.architecture || first.has(architecture)) continue;
    first.set(architecture, { line, architecture });
  }
  return [...first.values()];
}
