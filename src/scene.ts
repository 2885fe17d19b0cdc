import { acts } from './aws/act.ts';
import type { Aws } from './aws/call.ts';
import type { Found } from './aws/found.ts';
import { investigator } from './aws/investigation.ts';
import { looks } from './aws/look.ts';
import { hasEndedByItself } from './aws/one-off.ts';
import { undos } from './aws/undo.ts';
import type { Clock } from './core/clock.ts';
import { type Duration, second } from './core/duration.ts';
import { execute } from './core/engine.ts';
import type { Event, FactName } from './core/event.ts';
import { Cancelled, Failure, sayError } from './core/failure.ts';
import type { Journal } from './core/journal.ts';
import type { Cause, Outcome } from './core/outcome.ts';
import type { Plan } from './core/plan.ts';
import { type Problem, Refusal } from './core/problem.ts';
import type { Common } from './core/request.ts';
import type { World } from './core/world.ts';
import { tellable } from './tellable.ts';

/** What a request is carried out with; `connect` makes the real one, `rehearse` and the tests a pretend one. */
export interface Scene {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
  readonly random: () => number;
  /** Resolves when the team knows that something is about to change, or when that is not worth waiting for. */
  readonly announced?: (signal: AbortSignal) => Promise<void>;
}

/** What was decided: a plan, and what of the service its gates want to know; or how it has ended before there was one. */
export type Decision =
  | {
      readonly plan: Plan;
      /** The health-check grace period of the service. */
      readonly grace?: Duration;
    }
  | { readonly ended: Outcome };

/** Looks, decides, tells what is planned and, unless it is a dry run, does it. Never throws: how it went is the Outcome. */
export async function decideAndDo(
  {
    place,
    dryRun,
    hidden,
    named,
  }: Pick<Common, 'place' | 'dryRun' | 'named'> & { readonly hidden?: readonly string[] },
  scene: Scene,
  decide: () => Promise<Decision>,
): Promise<Outcome> {
  try {
    const decision = await decide();
    if ('ended' in decision) return decision.ended;
    const { plan, grace } = decision;
    scene.report({ kind: 'planned', plan: tellable(plan, hidden) });
    for (const message of plan.warnings ?? []) scene.report({ kind: 'warning', message });
    if (dryRun) return { is: 'planned', serviceIntact: true, leftovers: [] };
    await scene.announced?.(scene.signal);
    return await execute(plan, worldFor(scene, place.cluster, grace));
  } catch (error) {
    return refused(error, scene.signal, named);
  }
}

/** Tells what has become known, as far as it has. */
export function tellFacts(facts: Readonly<Partial<Record<FactName, string | undefined>>>, { report }: Scene): void {
  for (const [name, value] of Object.entries(facts)) {
    if (value) report({ kind: 'fact', name: name as FactName, value });
  }
}

/** Everything that a plan, or only its undo, is carried out with. */
export function worldFor(scene: Scene, cluster: string, grace: Duration = 0): World {
  const { aws, clock, signal, report, journal, random } = scene;
  const found: Found = { targets: [], takenOut: new Map(), oneOffs: new Map() };
  const ground = { aws, clock, signal, report, cluster, grace };
  return {
    act: acts(ground, found),
    look: looks(ground, found),
    undo: undos(ground, found),
    investigate: investigator(ground, found),
    isVoid: (undo) => hasEndedByItself(found, undo),
    clock,
    journal,
    signal,
    report,
    random,
    pace: aws.pace,
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
    return { what, because: sayError(signal.reason ?? error), evidence: [], next: '' };
  }
  if (error instanceof Failure) {
    const next = [error.next, sayGiven(error.inputs, named)].filter((text) => text !== '').join(' ');
    return { what, because: sayError(error), evidence: error.evidence, next };
  }
  if (error instanceof Refusal) {
    const [first, ...others] = error.problems;
    // A person finds what to correct where it was written.
    const moved = new Refusal(moveProblem(first, named), ...others.map((other) => moveProblem(other, named)));
    return { what, because: sayError(moved), evidence: [], next: '' };
  }
  const next = 'This looks like a bug of the action: please report it with the log.';
  return { what, because: sayError(error), evidence: [], next };
}

const moveProblem = (problem: Problem, named: Common['named']): Problem => ({
  ...problem,
  where: named?.[problem.where] ?? problem.where,
});

/** Where the values come from that may be wrong, unless it is the inputs of these names. */
function sayGiven(inputs: readonly string[], named: Common['named']): string {
  const given = inputs.flatMap((name) => named?.[name] ?? []);
  return given.length === 0 ? '' : `Here they come from ${given.join(', ')}.`;
}

/** A time of the service in milliseconds; AWS tells it in seconds. */
export const graceOf = ({
  healthCheckGracePeriodSeconds = 0,
}: {
  healthCheckGracePeriodSeconds?: number | undefined;
}) => healthCheckGracePeriodSeconds * second;
