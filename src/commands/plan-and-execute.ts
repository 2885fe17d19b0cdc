import type { Aws } from '../aws/client/account.ts';
import { investigator } from '../aws/diagnosis/investigation.ts';
import { actHandlers } from '../aws/handlers/acts.ts';
import { createContext } from '../aws/handlers/context.ts';
import { gateHandlers } from '../aws/handlers/gates.ts';
import { hasEndedByItself } from '../aws/handlers/one-off.ts';
import { trafficHeartbeat } from '../aws/handlers/traffic.ts';
import { undoHandlers } from '../aws/handlers/undos.ts';
import { execute } from '../engine/execute.ts';
import type { Journal } from '../engine/journal.ts';
import type { World } from '../engine/world.ts';
import type { Clock } from '../model/clock.ts';
import type { Event, FactName } from '../model/event.ts';
import { Cancelled, Failure, formatError } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import type { Cause, Outcome } from '../model/outcome.ts';
import type { Place } from '../model/place.ts';
import type { Plan } from '../model/plan.ts';
import { type Problem, Refusal } from '../model/problem.ts';
import { redactPlan } from '../model/redact.ts';
import type { Common } from '../model/request.ts';
import type { Web } from '../model/web.ts';

/** What a request is carried out with; `connect` makes the real one, `rehearse` and the tests a pretend one. */
export interface Runtime {
  readonly aws: Aws;
  readonly clock: Clock;
  /** What runs of this process have not undone yet, and what earlier ones have left. */
  readonly journal: Journal;
  /** The role that is assumed for the calls, for undos that another process carries out. */
  readonly role?: string;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
  readonly random: () => number;
  /** Requests of gates to URLs outside AWS. */
  readonly web: Web;
  /** Resolves when the team knows that something is about to change, or when that is not worth waiting for. */
  readonly announced?: (signal: AbortSignal) => Promise<void>;
}

/** What was decided: a plan; or how it has ended before there was one. */
export type Decision = { readonly plan: Plan } | { readonly ended: Outcome };

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
    const decision = await decide();
    if ('ended' in decision) return decision.ended;
    const { plan } = decision;
    runtime.report({ kind: 'planned', plan: redactPlan(plan, hidden) });
    for (const message of plan.warnings ?? []) runtime.report({ kind: 'warning', message });
    if (dryRun) return { is: 'planned', serviceIntact: true, leftovers: [] };
    await runtime.announced?.(runtime.signal);
    return await execute(plan, worldFor(runtime, place));
  } catch (error) {
    return refused(error, runtime.signal, named);
  }
}

/** Tells what has become known, as far as it has. */
export function reportFacts(facts: Readonly<Partial<Record<FactName, string | undefined>>>, { report }: Runtime): void {
  for (const [name, value] of Object.entries(facts)) {
    if (value) report({ kind: 'fact', name: name as FactName, value });
  }
}

/** Everything that a plan, or only its undo, is carried out with. */
export function worldFor(runtime: Runtime, place: Place): World {
  const { aws, clock, signal, report, journal, random, role, web } = runtime;
  const context = createContext({ aws, clock, signal, report, web });
  return {
    act: actHandlers(context),
    evaluate: gateHandlers(context),
    undo: undoHandlers(context),
    investigate: investigator(context),
    isVoid: hasEndedByItself,
    heartbeat: trafficHeartbeat(context),
    save: async (state) => journal.save(state),
    place,
    left: journal.of(place),
    clock,
    signal,
    report,
    random,
    ...defined({ role }),
    backoffFactor: aws.backoffFactor,
  };
}

/** How it ends when it could not even begin: nothing has been changed. */
function refused(error: unknown, signal: AbortSignal, named: Common['named']): Outcome {
  const is = signal.aborted ? 'cancelled' : 'failed';
  return { is, serviceIntact: true, cause: causeOf(error, signal, named), leftovers: [] };
}

function causeOf(error: unknown, signal: AbortSignal, named: Common['named'] = {}): Cause {
  const what = 'look at what is there and plan';
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
  return given.length === 0 ? '' : `Here they come from ${given.join(', ')}.`;
}
