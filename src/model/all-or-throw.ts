/** Waits until all have ended, and only then throws the first error: a deed that was begun is never left to itself. */
export async function allOrThrow(acts: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(acts);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
