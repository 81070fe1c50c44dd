import type { Published } from './published';
import type { RunContext } from './run-context';

/** What trusted runs published last, whoever asks: a merge request is compared with that, not with its own. */
export function readTrustedLast(
  { facts, last }: Pick<RunContext, 'facts' | 'last'>,
  image: string,
): Promise<Published | undefined> {
  return facts.scope === undefined ? last(image) : last(image, 'trusted');
}
