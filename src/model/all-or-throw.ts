/** Waits until all promises have settled, then throws the first error, so that no started act goes on unobserved. */
export async function allOrThrow(acts: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(acts);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
