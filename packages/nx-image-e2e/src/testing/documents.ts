import { join } from 'node:path';

export const CHECKOUT = join(__dirname, '../../../..');

/** Lines of each fenced block of a language, in the order of the page. */
export function fencedBlocks(markdown: string, language: string): string[][] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter((match) => match[1] === language)
    .map((match) => (match[2] ?? '').trimEnd().split('\n'));
}
