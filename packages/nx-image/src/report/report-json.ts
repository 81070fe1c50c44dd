import type { ImageResult } from './result';
import { sortResults } from './sort-results';

/** `hephy report --json`: an array of `ImageResult`, in a fixed order: the same results give the same bytes. */
export function reportJson(results: readonly ImageResult[]): string {
  return `${JSON.stringify(sortResults(results), null, 2)}\n`;
}
