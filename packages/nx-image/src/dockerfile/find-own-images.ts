import { HephyError } from '../errors/hephy-error';
import type { ImageUse, ReadOptions } from './dockerfile';

const OWN = 'ECR_REGISTRY';

/**
 * `<image>-<tag>` of each image of our own that used stages name, each once: the edges of the graph. A Dockerfile that cannot be read has
 * none: the task that needs it reads it again and says what is wrong. Costs nothing where neither text nor args name the variable.
 */
export function findOwnImages(text: string, options: ReadOptions): readonly string[] {
  return [...new Set(findOwnUses(text, options).flatMap(({ own }) => own ?? []))];
}

/** Whether one is wanted for another platform than the one built for: `FROM --platform=…`. */
export function crossesPlatforms(text: string, options: ReadOptions): boolean {
  return text.includes('--platform') && findOwnUses(text, options).some(({ platform }) => platform.kind !== 'target');
}

function findOwnUses(text: string, options: ReadOptions): readonly ImageUse[] {
  const { args } = options;
  if (!text.includes(OWN) && ![...args.values()].some((value) => value.includes(OWN))) return [];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most Dockerfiles need no reader at all
  const { readWithErrors } = require('./read-dockerfile') as typeof import('./read-dockerfile');
  try {
    const { stages, uses } = readWithErrors(text, options).dockerfile;
    return uses.filter(({ own, stage }) => own !== undefined && stages[stage]?.used === true);
  } catch (error) {
    if (error instanceof HephyError) return [];
    throw error;
  }
}
