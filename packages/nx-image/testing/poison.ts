/** Ends what others forget to escape: text, attributes, scripts, comments, styles; sets `canary` wherever it is obeyed. */
export const POISON =
  '"\'`><img src=x onerror="globalThis.canary=1"><script>globalThis.canary=1</script></script></style></title></textarea>' +
  '<!--<script>--><svg onload=globalThis.canary=1>{{1}}${1}&lt;\u2028\u0000\ud800javascript:globalThis.canary=1';

/** What code compares with, or reads as more than text. */
const KEPT = new Set([
  'version',
  'step',
  'outcome',
  'state',
  'digest',
  'started',
  'ended',
  'inputKey',
  'run',
  'platform',
]);

/** The value with poison behind every text and every name of a record that is free. */
export function poison<T>(value: T): T {
  return poisoned(value, '') as T;
}

function poisoned(value: unknown, key: string): unknown {
  if (typeof value === 'string') return KEPT.has(key) ? value : value + POISON;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key === 'layers' ? 'digest' : key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, name)]));
}
