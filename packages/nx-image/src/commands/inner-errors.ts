/** Of what nx throws where it makes no graph: of `getErrors()` and `errors`; nx pairs an error with its file. By the daemon errors come as plain objects. */
export function innerErrors(error: unknown): readonly unknown[] {
  if (!isObject(error)) return [];
  const { getErrors } = error;
  const errors: unknown = typeof getErrors === 'function' ? Reflect.apply(getErrors, error, []) : error.errors;
  if (!Array.isArray(errors)) return [];
  return (errors as unknown[]).map((one) => (Array.isArray(one) ? (one as unknown[]).at(-1) : one));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
