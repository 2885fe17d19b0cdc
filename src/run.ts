import { readInAccount } from './aws/caller.ts';
import { takeRunSnapshot } from './aws/run-snapshot.ts';
import { planRun, type SettledRun } from './commands/run.ts';
import { nameIn } from './core/arn.ts';
import type { Outcome } from './core/outcome.ts';
import { Refusal, refuseIfAny } from './core/problem.ts';
import type { KnownRevision, RunRequest } from './core/request.ts';
import type { Revision, RunSnapshot } from './core/snapshot.ts';
import { sameDefinition } from './definition/compare.ts';
import { settleTask } from './definition/settle-task.ts';
import { type Decision, decideAndDo, graceOf, type Scene, tellFacts } from './scene.ts';
import { known } from './settle.ts';

/** Runs a one-off task, and tells what it writes and how it ends. */
export async function runOnce(request: RunRequest, scene: Scene): Promise<Outcome> {
  return decideAndDo(request, scene, () => decide(request, scene));
}

async function decide(asked: RunRequest, scene: Scene): Promise<Decision> {
  const snapshot = await readInAccount(
    scene.aws,
    asked.account,
    () => takeRunSnapshot(scene.aws, asked, scene.clock),
    ({ service, given, stable, newest }) => [
      service?.serviceArn,
      ...[given, stable, newest].map((revision) => revision?.definition.taskDefinitionArn),
    ],
  );
  const request = settleRun(asked, snapshot);
  const plan = planRun(request, snapshot);
  tellFacts(
    { 'service-arn': snapshot.service?.serviceArn, 'task-definition-arn': request.known ?? arnOf(snapshot.given) },
    scene,
  );
  return { plan, ...(snapshot.service === undefined ? {} : { grace: graceOf(snapshot.service) }) };
}

/** Everything that can be wrong with what is asked is told before anything is registered. */
function settleRun(asked: RunRequest, snapshot: RunSnapshot): SettledRun {
  const { revision, remarks } = known(asked, snapshot, true);
  const given = snapshot.given ?? snapshot.base;
  const definition = revision.kind === 'new' ? revision.definition : (given?.definition ?? {});
  refuseInactive(asked, revision, given);
  const places = { container: { where: 'container' }, environment: { where: 'environment-variables' } };
  const { task, problems } = settleTask(asked.task, definition.containerDefinitions ?? [], places);
  refuseIfAny(problems);
  if (task === undefined) throw new Error('a task without a problem has a container');
  const same = revision.kind === 'new' ? sameAs(revision, snapshot) : arnOf(given);
  return {
    ...asked,
    revision,
    task,
    definition,
    remarks: [...(asked.remarks ?? []), ...remarks],
    ...(same === undefined ? {} : { known: same }),
  };
}

/** What is there already is not registered again. */
function sameAs(
  { definition }: Extract<KnownRevision, { kind: 'new' }>,
  { stable, newest }: RunSnapshot,
): string | undefined {
  const same = [stable, newest].find(
    (one) =>
      one !== undefined && one.definition.status !== 'INACTIVE' && sameDefinition(definition, one.definition, one.tags),
  );
  return arnOf(same);
}

const arnOf = (revision: Revision | undefined): string | undefined => revision?.definition.taskDefinitionArn;

function refuseInactive({ revision: asked }: RunRequest, revision: KnownRevision, given: Revision | undefined): void {
  if (revision.kind === 'new' || given?.definition.status !== 'INACTIVE') return;
  const what = `${nameIn(arnOf(given) ?? '')} is INACTIVE (deregistered): ECS starts no tasks of it`;
  // Without a name of its own it is what the service runs.
  throw new Refusal({ where: asked.kind === 'existing' ? 'task-definition-arn' : 'service', what });
}
