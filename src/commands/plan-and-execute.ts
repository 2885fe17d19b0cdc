import type { World } from '../engine/world.ts';
import type { FactName } from '../model/event.ts';
import { Cancelled, Failure, formatError } from '../model/failure.ts';
import type { Cause, Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { type Problem, Refusal } from '../model/problem.ts';
import { redactPlan } from '../model/redact.ts';
import type { Common } from '../model/request.ts';
import type { BegunEarlier, RunState } from '../model/run-state.ts';
import { supply } from '../model/storable.ts';
import type { Runtime } from './command-runtime.ts';

/** What was decided: a plan, and what an earlier attempt of the job has begun of it; or how it has ended before there was one. */
export type Decision =
  | { readonly plan: Plan; readonly earlier?: readonly BegunEarlier[] }
  | { readonly ended: Outcome };

/** Looks, decides, tells what is planned and, unless it is a dry run, does it. Never throws: how it went is the Outcome. */
export async function planAndExecute(
  {
    place,
    dryRun,
    hidden,
    named,
  }: Pick<Common, 'place' | 'dryRun' | 'named'> & { readonly hidden?: readonly string[] },
  runtime: Runtime,
  decide: () => Promise<Decision>,
): Promise<Outcome> {
  try {
    if (runtime.saved !== undefined) return await continueRun(runtime.saved, hidden, runtime, decide);
    const decision = await decide();
    if ('ended' in decision) return decision.ended;
    const { plan } = decision;
    runtime.report({ kind: 'planned', plan: redactPlan(plan, hidden) });
    for (const message of plan.warnings ?? []) runtime.report({ kind: 'warning', message });
    if (dryRun) return { is: 'planned', serviceIntact: true, leftovers: [] };
    await runtime.announced?.(runtime.signal);
    const { execute, worldFor } = await import('./execution.ts');
    return await execute(plan, worldFor(runtime, place), decision.earlier);
  } catch (error) {
    return refused(error, runtime.signal, named);
  }
}

/** Goes on where another process has stopped. The plan is made again only for values that are not in a saved state. */
async function continueRun(
  saved: RunState,
  hidden: readonly string[] | undefined,
  runtime: Runtime,
  decide: () => Promise<Decision>,
): Promise<Outcome> {
  runtime.report({ kind: 'planned', plan: redactPlan(saved.plan, hidden), from: saved.next });
  const { resume, worldFor } = await import('./execution.ts');
  let decided: Promise<Decision> | undefined;
  const world: World = {
    ...worldFor(runtime, saved.place),
    supply: async (step) => {
      decided ??= decide();
      const decision = await decided;
      return 'plan' in decision ? supply(step, decision.plan) : undefined;
    },
  };
  return resume(saved, world);
}

/** Tells what has become known, as far as it has. */
export function reportFacts(facts: Readonly<Partial<Record<FactName, string | undefined>>>, { report }: Runtime): void {
  for (const [name, value] of Object.entries(facts)) {
    if (value) report({ kind: 'fact', name: name as FactName, value });
  }
}

/** How it ends when it could not even begin: nothing has been changed. */
function refused(error: unknown, signal: AbortSignal, named: Common['named']): Outcome {
  const is = signal.aborted ? 'cancelled' : 'failed';
  return { is, serviceIntact: true, cause: causeOf(error, signal, named), leftovers: [] };
}

function causeOf(error: unknown, signal: AbortSignal, named: Common['named'] = {}): Cause {
  const what = 'read the current state and plan';
  if (signal.aborted || error instanceof Cancelled) {
    return { what, because: formatError(signal.reason ?? error), evidence: [], next: '' };
  }
  if (error instanceof Failure) {
    const next = [error.next, formatGiven(error.inputs, named)].filter((text) => text !== '').join(' ');
    return { what, because: formatError(error), evidence: error.evidence, next };
  }
  if (error instanceof Refusal) {
    const [first, ...others] = error.problems;
    // A person finds what to correct where it was written.
    const moved = new Refusal(moveProblem(first, named), ...others.map((other) => moveProblem(other, named)));
    return { what, because: formatError(moved), evidence: [], next: '' };
  }
  const next = 'This looks like a bug of the action: please report it with the log.';
  return { what, because: formatError(error), evidence: [], next };
}

const moveProblem = (problem: Problem, named: Common['named']): Problem => ({
  ...problem,
  where: named?.[problem.where] ?? problem.where,
});

/** Where the values come from that may be wrong, unless it is the inputs of these names. */
function formatGiven(inputs: readonly string[], named: Common['named']): string {
  const given = inputs.flatMap((name) => named?.[name] ?? []);
  return given.length === 0 ? '' : `Their values come from ${given.join(', ')}.`;
}
