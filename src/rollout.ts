import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { readInAccount } from './aws/caller.ts';
import { takeSnapshot } from './aws/snapshot.ts';
import { definitionChanges } from './changes.ts';
import type { Comparison } from './commands/comparison.ts';
import { waitForOthers } from './commands/conflict.ts';
import { planRollout } from './commands/rollout.ts';
import { serviceAfter } from './commands/settings.ts';
import { writtenInFiles } from './core/change.ts';
import { execute } from './core/engine.ts';
import type { Outcome } from './core/outcome.ts';
import type { Problem } from './core/problem.ts';
import type { RolloutRequest, SettledRollout } from './core/request.ts';
import { covering } from './core/secret.ts';
import type { Revision, Snapshot } from './core/snapshot.ts';
import { sameDefinition } from './definition/compare.ts';
import { toRequest } from './definition/described.ts';
import { unfitFor } from './definition/service-fit.ts';
import { type Decision, decideAndDo, graceOf, type Scene, tellFacts, worldFor } from './scene.ts';
import { settle } from './settle.ts';

/** How often a rollout steps back for another one that began at the same moment. */
const rounds = 5;

/** Brings another revision into a service, through a canary or at once. */
export async function rollOut(request: RolloutRequest, scene: Scene): Promise<Outcome> {
  for (let round = 1; ; round++) {
    // A clientToken stands for one task: a canary of the round before would be given again.
    const token = round === 1 ? request.run.token : `${request.run.token}-${round}`;
    const mine = { ...request, run: { ...request.run, token } };
    const outcome = await decideAndDo(mine, scene, () => decide(mine, scene));
    const again = outcome.cause?.conflict && request.onConflict === 'wait' && outcome.leftovers.length === 0;
    if (!again || round === rounds) return outcome;
    scene.report({ kind: 'notice', message: `${outcome.cause?.because}; this one waits for it, and then begins anew` });
  }
}

/** Somebody who is in the way is waited for first, where that is wanted. */
async function decide(request: RolloutRequest, scene: Scene): Promise<Decision> {
  let seen = await look(request, scene);
  const others = request.dryRun ? undefined : waitForOthers(seen.request, seen.snapshot, seen.comparison);
  if (others !== undefined) {
    scene.report({ kind: 'planned', plan: others });
    const waited = await execute(others, worldFor(scene, request.place.cluster));
    if (waited.is !== 'succeeded')
      return { ended: { ...waited, is: waited.is === 'cancelled' ? waited.is : 'failed' } };
    seen = await look(request, scene);
  }
  const { snapshot, comparison } = seen;
  const plan = planRollout(seen.request, snapshot, comparison);
  tellFacts(
    {
      'service-arn': snapshot.service.serviceArn,
      'previous-task-definition-arn': snapshot.stable.definition.taskDefinitionArn,
      'task-definition-arn': comparison.fitting[0],
    },
    scene,
  );
  if (!request.dryRun) return { plan, grace: graceOf(snapshot.service) };
  // What is only told is only loaded where it is.
  const { previewed } = await import('./preview.ts');
  const wanted = wantedOf(seen.request, snapshot);
  return { plan: await previewed(plan, { request: seen.request, snapshot, comparison, wanted }, scene) };
}

/** What is there, what is wanted, and how the two differ. */
interface Seen {
  readonly snapshot: Snapshot;
  readonly request: SettledRollout;
  readonly comparison: Comparison;
}

async function look(asked: RolloutRequest, { aws, clock }: Scene): Promise<Seen> {
  const snapshot = await readInAccount(
    aws,
    asked.account,
    () => takeSnapshot(aws, asked, clock),
    ({ service }) => [service.serviceArn],
  );
  const request = settle(asked, snapshot);
  return { snapshot, request, comparison: compare(request, snapshot) };
}

function compare(request: SettledRollout, snapshot: Snapshot): Comparison {
  const { stable, tried, given } = snapshot;
  const arnOf = ({ definition }: Revision): string => definition.taskDefinitionArn ?? '';
  const { revision } = request;
  const fits = (one: Revision): boolean =>
    revision.kind === 'new'
      ? sameDefinition(revision.definition, one.definition, one.tags)
      : arnOf(one) === given?.definition.taskDefinitionArn;
  const all = given === undefined ? [stable, ...tried] : [stable, given];
  const wanted = wantedOf(request, snapshot);
  const changes = definitionChanges(wanted, stable, request);
  const unfit = unfitIn(request, snapshot, wanted);
  return { identical: fits(stable), fitting: all.filter(fits).map(arnOf), changes, unfit };
}

/** What the service, as it will be, asks of a task definition that does not have it. */
function unfitIn(
  request: SettledRollout,
  snapshot: Snapshot,
  wanted: RegisterTaskDefinitionRequest,
): readonly Problem[] {
  const { command, revision, hidden, origins = writtenInFiles } = request;
  const cover = covering(hidden);
  const { usual } = origins.definition;
  const written = usual.kind === 'file' ? usual.file : 'service';
  const named = command === 'rollback' ? 'to-revision' : 'task-definition-arn';
  const where = revision.kind === 'new' ? written : named;
  const problems = unfitFor(serviceAfter(request, snapshot), wanted, snapshot.attachments, (name) =>
    String(cover(name)),
  );
  return problems.map((what) => ({ where, what }));
}

/** What is deployed, as ECS will have it. */
function wantedOf({ revision }: SettledRollout, { given }: Snapshot): RegisterTaskDefinitionRequest {
  return revision.kind === 'new' ? revision.definition : toRequest(given?.definition ?? {}, given?.tags ?? []);
}
