/** Part of a check without zod: see `is-result.ts`. */
export type Check = (value: unknown) => boolean;
/** One check a field, none forgotten. */
export type Fields<T> = Readonly<Record<keyof Required<T>, Check>>;
/** Each value of a union, none forgotten. */
export type Values<T extends string> = Readonly<Record<T, true>>;

export const text: Check = (value) => typeof value === 'string';
export const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
export const boolean: Check = (value) => typeof value === 'boolean';

export function oneOf<T extends string>(values: Values<T>): Check {
  return (value) => typeof value === 'string' && Object.hasOwn(values, value);
}

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

export function record(check: Check): Check {
  // The schema does not look at what is called so either.
  return (value) => isObject(value) && Object.entries(value).every(([name, one]) => name === '__proto__' || check(one));
}

export function fields<T>(checks: Fields<T>): (value: unknown) => value is T {
  const all = Object.entries<Check>(checks);
  return (value): value is T => isObject(value) && all.every(([name, check]) => check(value[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
