import { isDescribed, type Description } from './description';
import { inputKey, type PlatformInputs } from './input-key';
import { beginOf } from './period';

/**
 * The period that the inputs count in: that of the run, or the one that the last version was built in, where it is made of the same and no older than it may be.
 * So what is taken off the list, or may grow older from now on, stays the image that it is, and does not become what was once built of the same inputs.
 * @param inputs with the period of the run
 * @param last what the last version says of this platform
 */
export function lastingPeriod(
  inputs: PlatformInputs,
  started: string,
  last: Description['platforms'][string] | undefined,
): string | undefined {
  if (!isDescribed(last) || last.period === undefined) return inputs.period;
  const begin = beginOf(last.period);
  // One that is yet to begin is of a machine whose clock is wrong, or this run is late: it goes by its own.
  if (!(begin <= Date.parse(started))) return inputs.period;
  if (inputs.period !== undefined && begin < beginOf(inputs.period)) return inputs.period;
  return inputKey({ ...inputs, period: last.period }) === last.key ? last.period : inputs.period;
}
