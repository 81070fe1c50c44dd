/** The fields of a JSON object; what is no JSON object has none. */
export function parseJsonObject(bytes: Uint8Array | string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()));
  } catch {
    return {};
  }
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
