import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { readInAccount } from '../../aws/snapshots/caller.ts';
import { takeSnapshot } from '../../aws/snapshots/rollout.ts';
import { execute } from '../../engine/execute.ts';
import { nameIn } from '../../model/arn.ts';
import { writtenInFiles } from '../../model/change.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import { refuseIfAny } from '../../model/problem.ts';
import type { ResolvedRollout, RolloutRequest } from '../../model/request.ts';
import { redactor } from '../../model/secret.ts';
import type { ServiceSettings } from '../../model/settings.ts';
import { covers } from '../../model/settings.ts';
import type { Canary, Revision, Snapshot } from '../../model/snapshot.ts';
import { theRevision } from '../../model/subject.ts';
import { definitionChanges } from '../../task-definition/changes.ts';
import { sameDefinition } from '../../task-definition/compare.ts';
import { toRequest } from '../../task-definition/described.ts';
import { unfitFor } from '../../task-definition/service-fit.ts';
import { checkedBy } from '../health-check.ts';
import { formatOneOff } from '../one-off.ts';
import { type Decision, planAndExecute, type Runtime, reportFacts, worldFor } from '../plan-and-execute.ts';
import { sweepSteps } from '../sweep.ts';
import { canaryPhase, check } from './canary-phase.ts';
import { tagsFor } from './canary-task.ts';
import type { Comparison } from './comparison.ts';
import { conflictsOf, orphansOf, waitForOthers } from './conflicts.ts';
import { formatCredentialExpiry } from './credential-expiry.ts';
import { beforePromotion } from './one-off-tasks.ts';
import { alarmProblems, noChange, obstaclesOf, unsupported } from './preconditions.ts';
import { promotion, seeThrough, tidyRevisions } from './promotion.ts';
import { resolveRollout } from './resolve-revision.ts';
import { resumptionOf } from './resume.ts';
import { runningInstead } from './rollback.ts';
import { serviceOnlyNotes } from './service-only.ts';
import { serviceAfter, settingChanges, settingsOf } from './settings.ts';
import { shareNotes } from './share.ts';

/** How often a rollout steps back for another one that began at the same moment. */
const rounds = 5;

/** Brings another revision into a service, through a canary or at once. */
export async function rollout(request: RolloutRequest, runtime: Runtime): Promise<Outcome> {
  for (let round = 1; ; round++) {
    // A clientToken stands for one task: a canary of the round before would be given again.
    const token = round === 1 ? request.run.token : `${request.run.token}-${round}`;
    const mine = { ...request, run: { ...request.run, token } };
    const outcome = await planAndExecute(mine, runtime, () => decide(mine, runtime));
    const again = outcome.cause?.conflict && request.onConflict === 'wait' && outcome.leftovers.length === 0;
    if (!again || round === rounds) return outcome;
    runtime.report({
      kind: 'notice',
      message: `${outcome.cause?.because}; this one waits for it, and then begins anew`,
    });
  }
}

/** Somebody who is in the way is waited for first, where that is wanted. */
async function decide(request: RolloutRequest, runtime: Runtime): Promise<Decision> {
  let seen = await look(request, runtime);
  const others = request.dryRun ? undefined : waitForOthers(seen.request, seen.snapshot, seen.comparison);
  if (others !== undefined) {
    runtime.report({ kind: 'planned', plan: others });
    const waited = await execute(others, worldFor(runtime, request.place));
    if (waited.is !== 'succeeded')
      return { ended: { ...waited, is: waited.is === 'cancelled' ? waited.is : 'failed' } };
    seen = await look(request, runtime);
  }
  const { snapshot, comparison } = seen;
  const plan = planRollout(seen.request, snapshot, comparison);
  reportFacts(
    {
      'service-arn': snapshot.service.serviceArn,
      'previous-task-definition-arn': snapshot.stable.definition.taskDefinitionArn,
      'task-definition-arn': comparison.fitting[0],
    },
    runtime,
  );
  if (!request.dryRun) return { plan };
  // What is only told is only loaded where it is.
  const { previewed } = await import('../dry-run/index.ts');
  const wanted = wantedOf(seen.request, snapshot);
  return { plan: await previewed(plan, { request: seen.request, snapshot, comparison, wanted }, runtime) };
}

/** What is there, what is wanted, and how the two differ. */
interface Seen {
  readonly snapshot: Snapshot;
  readonly request: ResolvedRollout;
  readonly comparison: Comparison;
}

async function look(asked: RolloutRequest, { aws, clock }: Runtime): Promise<Seen> {
  const snapshot = await readInAccount(
    aws,
    asked.account,
    () => takeSnapshot(aws, asked, clock),
    ({ service }) => [service.serviceArn],
  );
  const request = resolveRollout(asked, snapshot);
  return { snapshot, request, comparison: compare(request, snapshot) };
}

function compare(request: ResolvedRollout, snapshot: Snapshot): Comparison {
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
  request: ResolvedRollout,
  snapshot: Snapshot,
  wanted: RegisterTaskDefinitionRequest,
): readonly Problem[] {
  const { command, revision, hidden, origins = writtenInFiles } = request;
  const cover = redactor(hidden);
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
function wantedOf({ revision }: ResolvedRollout, { given }: Snapshot): RegisterTaskDefinitionRequest {
  return revision.kind === 'new' ? revision.definition : toRequest(given?.definition ?? {}, given?.tags ?? []);
}

/** Plans to bring a revision into a service, through a canary or at once; throws a Refusal when it cannot be tried. */
export function planRollout(request: ResolvedRollout, snapshot: Snapshot, comparison: Comparison): Plan {
  const { identical, fitting, changes: revisionChanges } = comparison;
  const resumption = resumptionOf(request, snapshot, fitting);
  const conflicts = [...alarmProblems(snapshot), ...conflictsOf(request, snapshot, resumption)];
  // A dry run hurts nobody: what is in the way at the moment is one of its findings.
  refuseIfAny([
    ...unsupported(request, snapshot),
    ...noChange(request, snapshot, identical),
    ...(request.dryRun ? [] : conflicts),
  ]);
  const { place, forceNewDeployment } = request;
  const settings = settingsOf(request, snapshot);
  const changes = [...revisionChanges, ...settingChanges(request, snapshot.service, settings)];
  const notes = notesOf(request, snapshot, identical);
  if (resumption?.kind === 'deployment') {
    const title = `Go on with the deployment of an earlier attempt to ${place.service}`;
    return {
      title,
      notes,
      changes,
      steps: [...sweep(request, snapshot), ...seeThrough(request, snapshot, resumption)],
    };
  }
  if (identical && !forceNewDeployment && Object.keys(settings).length === 0) {
    const nothing = `Nothing to roll out to ${place.service} in ${place.cluster}`;
    return { title: nothing, notes, changes, steps: [...sweep(request, snapshot), ...alreadyThere(request, snapshot)] };
  }
  if (!request.dryRun) refuseIfAny(obstaclesOf(request, snapshot, comparison));
  const { warnings: lifetime, notes: more } = formatCredentialExpiry(request, snapshot);
  const warnings = [...lifetime, ...tagWarnings(request, snapshot)];
  return {
    title: titleOf(request, identical),
    notes: [...notes, ...more],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(request.wait ? {} : { unattended: true }),
    changes,
    steps: stepsOf(request, snapshot, settings, fitting[0], resumption?.canary),
  };
}

function stepsOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  settings: ServiceSettings,
  known: string | undefined,
  canary: Canary | undefined,
): readonly Step[] {
  const revision = canary?.revision ?? known;
  return [
    ...sweep(request, snapshot, canary),
    ...register(request, revision),
    ...(request.strategy === 'rolling' ? [] : canaryPhase(request, snapshot, revision, canary)),
    ...beforePromotion(request, snapshot, revision),
    ...promotion(request, snapshot, settings, revision, orphansOf(request, snapshot, canary)),
    ...tidyRevisions(request, snapshot, revision),
  ];
}

function titleOf({ command, revision, place }: ResolvedRollout, identical: boolean): string {
  const where = `${place.service} in ${place.cluster}`;
  if (command === 'rollback' && revision.kind === 'existing') return `Bring ${where} back to ${nameIn(revision.name)}`;
  if (identical) return `Roll out the same revision to ${where}`;
  if (revision.kind === 'existing') return `Roll out ${nameIn(revision.name)} to ${where}`;
  return `Roll out a new revision of ${revision.definition.family} to ${where}`;
}

function alreadyThere({ place, timeouts }: ResolvedRollout, { stable }: Snapshot): readonly Step[] {
  const title = `see that ${place.service} is stable: it runs this revision already`;
  const stays = check(
    title,
    [{ kind: 'service-stable', place, ...checkedBy(stable.definition) }],
    timeouts.serviceStable,
  );
  // There is no canary that could be rejected.
  return [{ ...stays, judges: 'what-is-there' }];
}

const sweep = (request: ResolvedRollout, snapshot: Snapshot, kept?: Canary): readonly Step[] =>
  sweepSteps(request, [...orphansOf(request, snapshot, kept), ...snapshot.orphanTargets]);

function register({ revision }: ResolvedRollout, known: string | undefined): readonly Step[] {
  if (known !== undefined || revision.kind === 'existing') return [];
  const { definition } = revision;
  return [
    {
      kind: 'register-revision',
      as: theRevision,
      title: `register a new revision of ${definition.family}`,
      definition,
    },
  ];
}

function notesOf(request: ResolvedRollout, snapshot: Snapshot, identical: boolean): readonly string[] {
  const { place, wait, remarks = [] } = request;
  const { service, why } = snapshot;
  const notes: string[] = [...remarks];
  if (why !== undefined) notes.push(why);
  if (identical) {
    const stable = snapshot.stable.definition.taskDefinitionArn ?? '';
    const force = request.forceNewDeployment
      ? ''
      : ' If its image tag is moved to new images, set force-new-deployment: true.';
    notes.push(`${place.service} runs this revision already (${nameIn(stable)}); nothing is registered.${force}`);
  }
  notes.push(...(request.tasksBefore ?? []).flatMap(formatOneOff));
  notes.push(...settingNotes(request, snapshot));
  const running = runningInstead(service);
  if (running !== undefined) {
    notes.push(
      `The deployment that is under way has no running task: on a failure the way back leads to ${nameIn(running)}, which runs.`,
    );
  }
  notes.push(...serviceOnlyNotes(request, snapshot), ...shareNotes(request, snapshot));
  if (!wait) notes.push('wait is false: the deployment is started, and nobody follows it or puts it back.');
  return notes;
}

/** Ours are for people: what a canary is, its group says as well. */
function tagWarnings(request: ResolvedRollout, snapshot: Snapshot): readonly string[] {
  const { left } = request.strategy === 'canary-task' ? tagsFor(request, snapshot) : { left: 0 };
  if (left === 0) return [];
  const what = `The canary starts without ${left} of the tags that say whose it is`;
  return [`${what}: a task has 50 tags at most, and the tags of the service or of the task definition leave no room.`];
}

/** What is asked for and not set, or may not stay. */
function settingNotes({ settings }: ResolvedRollout, { service, scaled }: Snapshot): readonly string[] {
  const live: Readonly<Record<string, unknown>> = { ...service };
  const fixed = Object.entries(settings?.creationOnly ?? {})
    .filter(([key, value]) => !covers(live[key], value, key))
    .map(([key]) => `service.json: ${key} differs from the live service, but UpdateService cannot change it.`);
  const wanted = settings?.update.desiredCount;
  if (wanted === undefined || wanted === service.desiredCount || scaled === undefined || scaled === 'no') return fixed;
  if (settings?.byInput?.includes('desiredCount')) {
    const owns = scaled === 'yes' ? 'owns the desired count of this service' : 'may own the desired count';
    return [...fixed, `desired-count: Application Auto Scaling ${owns} and can change it again at any time.`];
  }
  const because =
    scaled === 'yes'
      ? 'because Application Auto Scaling owns it'
      : 'because it could not be looked up whether Application Auto Scaling owns it';
  return [...fixed, `service.json: desiredCount is not applied, ${because}.`];
}
