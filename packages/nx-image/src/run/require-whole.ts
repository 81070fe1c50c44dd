import type { Digest } from '../oci/digest';
import { checkComplete } from '../registry/publish/check-complete';
import type { Published } from './published';
import type { RunContext } from './run-context';

/**
 * Looks whether all of an index is in the registry, before a tag is put on it. Answers whether it looked: what was seen of tags before is old then.
 * @throws HephyError IMAGE_INCOMPLETE
 */
export type RequireWhole = (index: Pick<Published, 'digest' | 'index'>) => Promise<boolean>;

/** Each index is looked at once; `known` was made, or looked at, by this run. */
export function wholeOnce(
  { registry, facts }: Pick<RunContext, 'registry' | 'facts'>,
  known: readonly Digest[],
): RequireWhole {
  const whole = new Set(known);
  return async ({ digest, index }) => {
    if (whole.has(digest)) return false;
    await checkComplete(
      registry,
      facts.repository,
      index.manifests.map((child) => child.digest),
    );
    whole.add(digest);
    return true;
  };
}
