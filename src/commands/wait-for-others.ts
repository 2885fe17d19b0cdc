import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Common } from '../model/request.ts';
import type { Runtime } from './command-runtime.ts';

/** Takes a snapshot. If the plan of `waiting` says that others work on the service, waits for them and takes another one. */
export async function snapshotAfterOthers<T>(
  { dryRun, place }: Pick<Common, 'dryRun' | 'place'>,
  runtime: Runtime,
  take: () => Promise<T>,
  waiting: (snapshot: T) => Plan | undefined,
): Promise<{ readonly snapshot: T } | { readonly ended: Outcome }> {
  const snapshot = await take();
  const plan = dryRun ? undefined : waiting(snapshot);
  if (plan === undefined) return { snapshot };
  runtime.report({ kind: 'planned', plan });
  const { execute, worldFor } = await import('./execution.ts');
  const waited = await execute(plan, worldFor(runtime, place));
  if (waited.is === 'succeeded') return { snapshot: await take() };
  return { ended: { ...waited, is: waited.is === 'cancelled' ? 'cancelled' : 'failed' } };
}
