/** As `Promise.all`, but a failure is thrown only when the others have come to their end, too: what writes tags is not left in the midst of them. */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
