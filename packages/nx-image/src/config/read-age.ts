const HOUR = 3600 * 1000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR };

/** A year. */
const LONGEST = 366 * 24 * HOUR;

/** `36h`, `7d`, `2w`: in milliseconds; undefined for what is none, nothing, or longer than a year. */
export function readAge(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const age = Number(amount ?? 0) * (UNITS[unit ?? ''] ?? 0);
  return age > 0 && age <= LONGEST ? age : undefined;
}
