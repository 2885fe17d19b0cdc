import { defined } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { type BegunEarlier, newRun, type RunState } from '../model/run-state.ts';
import { advance } from './advance.ts';
import type { World } from './world.ts';

/**
 * Executes any plan. The only code that changes anything, and it never throws: how it went is the outcome. `earlier` is what
 * an earlier attempt of the job has begun of it.
 */
export function execute(plan: Plan, world: World, earlier: readonly BegunEarlier[] = []): Promise<Outcome> {
  return resume(newRun(plan, world.place, { journal: world.left, earlier, ...defined({ role: world.role }) }), world);
}

/** Goes on with a run, also with one that another process has begun. */
export async function resume(begun: RunState, world: World): Promise<Outcome> {
  let state = begun;
  for (;;) {
    const advanced = await advance(state, world);
    if ('outcome' in advanced) return advanced.outcome;
    state = advanced.state;
    // A cancelled job is seen by what goes on next.
    await world.clock.sleep(advanced.again, world.signal).catch(() => {});
  }
}
