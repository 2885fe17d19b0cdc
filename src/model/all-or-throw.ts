import { inPart } from './failure.ts';

/** Waits until all promises have settled, then throws the first error, so that no started act goes on unobserved. */
export async function allOrThrow(acts: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(acts);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The same for calls that create or change something: if one is refused after another was carried out, part of it is done. */
export async function allOrInPart<T>(acts: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(acts);
  const failed = results.find((result) => result.status === 'rejected');
  const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (failed === undefined) return done;
  throw done.length > 0 ? inPart(failed.reason) : failed.reason;
}
