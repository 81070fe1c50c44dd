import { printableLine } from './printable';
import type { BuildResult } from './result';

/** Why platforms were built, a line a reason; a reason that all platforms have is said without their names. */
export function whyLines(builds: readonly BuildResult[], all: number): readonly string[] {
  const platforms = new Map<string, string[]>();
  for (const { platform, reason } of builds) platforms.set(reason, [...(platforms.get(reason) ?? []), platform]);
  return [...platforms].map(([reason, names]) =>
    names.length === all ? printableLine(reason) : `${names.map(printableLine).join(', ')}: ${printableLine(reason)}`,
  );
}
