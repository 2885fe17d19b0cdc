import { acts } from './aws/act.ts';
import type { Aws } from './aws/call.ts';
import type { Found } from './aws/found.ts';
import { investigator } from './aws/investigation.ts';
import { looks } from './aws/look.ts';
import { takeSnapshot } from './aws/snapshot.ts';
import { undos } from './aws/undo.ts';
import type { Comparison } from './commands/comparison.ts';
import { waitForOthers } from './commands/conflict.ts';
import { planRollout } from './commands/rollout.ts';
import type { Clock } from './core/clock.ts';
import { second } from './core/duration.ts';
import { execute } from './core/engine.ts';
import type { Event } from './core/event.ts';
import { Cancelled, Failure, sayError } from './core/failure.ts';
import type { Journal } from './core/journal.ts';
import type { Cause, Outcome } from './core/outcome.ts';
import type { Change } from './core/plan.ts';
import { Refusal } from './core/problem.ts';
import type { Request } from './core/request.ts';
import type { Revision, Snapshot } from './core/snapshot.ts';
import type { World } from './core/world.ts';
import { differences, sameDefinition } from './definition/compare.ts';

/** What a request is carried out with; `connect` makes the real one, `rehearse` and the tests a pretend one. */
export interface Scene {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
  readonly random: () => number;
}

/** Looks, decides and does. Never throws: how it went is the Outcome. The scene is over afterwards. */
export async function perform(request: Request, scene: Scene): Promise<Outcome> {
  const outcome = await tryUntilFree(request, scene);
  scene.aws.close();
  return outcome;
}

/** How often a rollout steps back for another one that began at the same moment. */
const rounds = 5;

async function tryUntilFree(request: Request, scene: Scene): Promise<Outcome> {
  for (let round = 1; ; round++) {
    // A clientToken stands for one task: a canary of the round before would be given again.
    const token = round === 1 ? request.run.token : `${request.run.token}-${round}`;
    const outcome = await lookDecideDo({ ...request, run: { ...request.run, token } }, scene);
    const again = outcome.cause?.conflict && request.onConflict === 'wait' && outcome.leftovers.length === 0;
    if (!again || round === rounds) return outcome;
    scene.report({ kind: 'notice', message: `${outcome.cause?.because}; this one waits for it, and then begins anew` });
  }
}

async function lookDecideDo(request: Request, scene: Scene): Promise<Outcome> {
  try {
    let snapshot = await takeSnapshot(scene.aws, request, scene.clock);
    const others = waitForOthers(request, snapshot, compare(request, snapshot));
    if (others !== undefined && !request.dryRun) {
      scene.report({ kind: 'planned', plan: others });
      const waited = await execute(others, worldFor(scene, request.place.cluster));
      if (waited.is !== 'succeeded') return { ...waited, is: waited.is === 'cancelled' ? 'cancelled' : 'failed' };
      snapshot = await takeSnapshot(scene.aws, request, scene.clock);
    }
    const comparison = compare(request, snapshot);
    const plan = planRollout(request, snapshot, comparison);
    tellFacts(snapshot, comparison, scene);
    scene.report({ kind: 'planned', plan });
    for (const message of plan.warnings ?? []) scene.report({ kind: 'warning', message });
    if (request.dryRun) return { is: 'planned', serviceIntact: true, leftovers: [] };
    return await execute(plan, worldFor(scene, request.place.cluster, snapshot));
  } catch (error) {
    return refused(error, scene.signal);
  }
}

/** How it ends when it could not even begin: nothing has been changed. */
export function refused(error: unknown, signal: AbortSignal): Outcome {
  const is = signal.aborted ? 'cancelled' : 'failed';
  return { is, serviceIntact: true, cause: causeOf(error, signal), leftovers: [] };
}

function compare(request: Request, snapshot: Snapshot): Comparison {
  const { stable, tried, given } = snapshot;
  const arnOf = ({ definition }: Revision): string => definition.taskDefinitionArn ?? '';
  const { revision } = request;
  const fits = (one: Revision): boolean =>
    revision.kind === 'new'
      ? sameDefinition(revision.definition, one.definition, one.tags)
      : arnOf(one) === given?.definition.taskDefinitionArn;
  const all = given === undefined ? [stable, ...tried] : [stable, given];
  return { identical: fits(stable), fitting: all.filter(fits).map(arnOf), changes: changesOf(request, snapshot) };
}

function changesOf({ revision, hidden }: Request, { stable, given }: Snapshot): readonly Change[] {
  const wanted = revision.kind === 'new' ? revision.definition : { ...given?.definition, tags: given?.tags };
  const live = { ...stable.definition, tags: stable.tags };
  return differences(wanted, live, hidden).map(({ path, live: before, wanted: after }) => ({
    what: path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }));
}

function tellFacts({ service, stable }: Snapshot, { fitting }: Comparison, { report }: Scene): void {
  const tell = (name: Extract<Event, { kind: 'fact' }>['name'], value: string | undefined) => {
    if (value !== undefined && value !== '') report({ kind: 'fact', name, value });
  };
  tell('service-arn', service.serviceArn);
  tell('previous-task-definition-arn', stable.definition.taskDefinitionArn);
  tell('task-definition-arn', fitting[0]);
}

/** Everything that a plan, or only its undo, is carried out with. */
export function worldFor(scene: Scene, cluster: string, snapshot?: Snapshot): World {
  const { aws, clock, signal, report, journal, random } = scene;
  const found: Found = { targets: [], takenOut: new Map() };
  const grace = (snapshot?.service.healthCheckGracePeriodSeconds ?? 0) * second;
  const ground = { aws, clock, signal, report, cluster, grace };
  return {
    act: acts(ground, found),
    look: looks(ground, found),
    undo: undos(ground, found),
    investigate: investigator(ground, found),
    clock,
    journal,
    signal,
    report,
    random,
    pace: aws.pace,
  };
}

function causeOf(error: unknown, signal: AbortSignal): Cause {
  const what = 'look at what is there and plan';
  if (signal.aborted || error instanceof Cancelled) {
    return { what, because: sayError(signal.reason ?? error), evidence: [], next: '' };
  }
  if (error instanceof Failure) return { what, because: sayError(error), evidence: error.evidence, next: error.next };
  const next = error instanceof Refusal ? '' : 'This looks like a bug of the action: please report it with the log.';
  return { what, because: sayError(error), evidence: [], next };
}
