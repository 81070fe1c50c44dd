/** One answer, a rejection included, however many ask. */
export function remember<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  // Whoever asks is told.
  found.catch(() => undefined);
  known.set(key, found);
  return found;
}
