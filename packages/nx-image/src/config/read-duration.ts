const UNITS = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;
const SECONDS = /^\d{1,6}$/;

/** A week. */
const LONGEST = 7 * 24 * 3600 * 1000;

/** `1h30m`, `90s`, or seconds: in milliseconds; undefined for what is none, nothing, or longer than a week. */
export function readDuration(text: string): number | undefined {
  const [, hours, minutes, seconds] = SECONDS.test(text)
    ? [undefined, undefined, undefined, text]
    : (UNITS.exec(text) ?? []);
  const duration = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
  return duration > 0 && duration <= LONGEST ? duration : undefined;
}
