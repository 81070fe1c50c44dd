import { readLast, type Published } from './published';
import type { RunContext } from './run-context';

/** What trusted runs published last, whoever asks: a merge request is compared with that, not with its own. */
export function readTrustedLast(
  context: Pick<RunContext, 'facts' | 'last' | 'registry'>,
  image: string,
): Promise<Published | undefined> {
  const { facts, registry } = context;
  if (facts.scope === undefined) return context.last(image);
  return readLast(registry, { repository: facts.repository, scope: undefined }, image);
}
