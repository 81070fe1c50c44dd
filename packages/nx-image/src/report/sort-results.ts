import type { ImageResult } from './result';

/** Images by name, builds by platform; by code units, so the same under every locale. */
export function sortResults(results: readonly ImageResult[]): readonly ImageResult[] {
  return [...results]
    .sort((a, b) => compare(a.image, b.image))
    .map((result) => ({ ...result, builds: [...result.builds].sort((a, b) => compare(a.platform, b.platform)) }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
