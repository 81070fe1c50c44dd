/** The middle one of the numbers, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Medians of wall and CPU seconds.
 * @param {readonly { wall: number, cpu: number }[]} samples
 */
export function summarize(samples) {
  return {
    runs: samples.length,
    wall: median(samples.map((sample) => sample.wall)),
    cpu: median(samples.map((sample) => sample.cpu)),
  };
}

/**
 * The median of the ratios of pairs: both of a pair ran one after the other, so a machine that is busy for a while slows both.
 * @param {readonly (readonly [{ wall: number, cpu: number }, { wall: number, cpu: number }])[]} pairs
 */
export function compare(pairs) {
  return {
    wall: median(pairs.map(([one, other]) => one.wall / other.wall)),
    cpu: median(pairs.map(([one, other]) => one.cpu / other.cpu)),
  };
}
