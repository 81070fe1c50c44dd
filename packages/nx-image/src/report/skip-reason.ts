import type { SkipCause } from './result';

/** `base linux/amd64 failed`, behind `skipped because`; the image's own name is left out. */
export function skipReason({ image, step, platform, outcome }: SkipCause, of: string): string {
  const what = platform ?? step;
  const verb = outcome === 'cancelled' || outcome === 'skipped' ? `was ${outcome}` : outcome;
  return `${image === of ? what : `${image} ${what}`} ${verb}`;
}
