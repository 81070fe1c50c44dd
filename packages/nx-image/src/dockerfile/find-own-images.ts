import { HephyError } from '../errors/hephy-error';
import type { ReadOptions } from './dockerfile';

/**
 * `<image>-<tag>` of each image of our own that used stages name, each once: the edges of the graph. A Dockerfile that cannot be read has
 * none: the task that needs it reads it again and says what is wrong. Costs nothing for a text that does not name the variable.
 */
export function findOwnImages(text: string, options: ReadOptions): readonly string[] {
  if (!text.includes('ECR_REGISTRY')) return [];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most Dockerfiles need no reader at all
  const { readWithErrors } = require('./read-dockerfile') as typeof import('./read-dockerfile');
  try {
    const { stages, uses } = readWithErrors(text, options).dockerfile;
    return [...new Set(uses.flatMap(({ own, stage }) => (own !== undefined && stages[stage]?.used ? [own] : [])))];
  } catch (error) {
    if (error instanceof HephyError) return [];
    throw error;
  }
}
