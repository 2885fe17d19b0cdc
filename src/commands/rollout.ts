import { nameIn } from '../core/arn.ts';
import type { Plan, ServiceSettings, Step } from '../core/plan.ts';
import { refuseIfAny } from '../core/problem.ts';
import type { SettledRollout } from '../core/request.ts';
import { covers } from '../core/settings.ts';
import type { Canary, Snapshot } from '../core/snapshot.ts';
import { adoptionOf } from './adoption.ts';
import { beforePromotion } from './before-promote.ts';
import { tagsFor } from './canary-task.ts';
import type { Comparison } from './comparison.ts';
import { conflictsOf, straysOf } from './conflict.ts';
import { checkedBy } from './health-check.ts';
import { sayLifetime } from './lifetime.ts';
import { alarmProblems, noChange, obstaclesOf, unsupported } from './obstacles.ts';
import { sayOneOff } from './one-off.ts';
import { promotion, seeThrough, tidyRevisions } from './promotion.ts';
import { serviceOnlyNotes } from './service-only.ts';
import { settingChanges, settingsOf } from './settings.ts';
import { shareNotes } from './share.ts';
import { sweepSteps } from './sweep.ts';
import { check, trial } from './trial.ts';
import { runningInstead } from './way-back.ts';

/** Plans to bring a revision into a service, through a canary or at once; throws a Refusal when it cannot be tried. */
export function planRollout(request: SettledRollout, snapshot: Snapshot, comparison: Comparison): Plan {
  const { identical, fitting, changes: revisionChanges } = comparison;
  const adoption = adoptionOf(request, snapshot, fitting);
  const conflicts = [...alarmProblems(snapshot), ...conflictsOf(request, snapshot, adoption)];
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
  if (adoption?.kind === 'deployment') {
    const title = `Go on with the deployment of an earlier attempt to ${place.service}`;
    return { title, notes, changes, steps: [...sweep(request, snapshot), ...seeThrough(request, snapshot, adoption)] };
  }
  if (identical && !forceNewDeployment && Object.keys(settings).length === 0) {
    const nothing = `Nothing to roll out to ${place.service} in ${place.cluster}`;
    return { title: nothing, notes, changes, steps: [...sweep(request, snapshot), ...alreadyThere(request, snapshot)] };
  }
  if (!request.dryRun) refuseIfAny(obstaclesOf(request, snapshot, comparison));
  const { warnings: lifetime, notes: more } = sayLifetime(request, snapshot);
  const warnings = [...lifetime, ...tagWarnings(request, snapshot)];
  return {
    title: titleOf(request, identical),
    notes: [...notes, ...more],
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(request.wait ? {} : { unattended: true }),
    changes,
    steps: stepsOf(request, snapshot, settings, fitting[0], adoption?.canary),
  };
}

function stepsOf(
  request: SettledRollout,
  snapshot: Snapshot,
  settings: ServiceSettings,
  known: string | undefined,
  canary: Canary | undefined,
): readonly Step[] {
  const revision = canary?.revision ?? known;
  return [
    ...sweep(request, snapshot, canary),
    ...register(request, revision),
    ...(request.strategy === 'rolling' ? [] : trial(request, snapshot, revision, canary)),
    ...beforePromotion(request, snapshot, revision),
    ...promotion(request, snapshot, settings, revision, straysOf(request, snapshot, canary)),
    ...tidyRevisions(request, snapshot, revision),
  ];
}

function titleOf({ command, revision, place }: SettledRollout, identical: boolean): string {
  const where = `${place.service} in ${place.cluster}`;
  if (command === 'rollback' && revision.kind === 'existing') return `Bring ${where} back to ${nameIn(revision.name)}`;
  if (identical) return `Roll out the same revision to ${where}`;
  if (revision.kind === 'existing') return `Roll out ${nameIn(revision.name)} to ${where}`;
  return `Roll out a new revision of ${revision.definition.family} to ${where}`;
}

function alreadyThere({ place, timeouts }: SettledRollout, { stable }: Snapshot): readonly Step[] {
  const title = `see that ${place.service} is stable: it runs this revision already`;
  const stays = check(
    title,
    [{ kind: 'service-stable', place, ...checkedBy(stable.definition) }],
    timeouts.serviceStable,
  );
  // There is no canary that could be rejected.
  return [{ ...stays, preliminary: true }];
}

const sweep = (request: SettledRollout, snapshot: Snapshot, kept?: Canary): readonly Step[] =>
  sweepSteps(request, [...straysOf(request, snapshot, kept), ...snapshot.lost]);

function register({ revision }: SettledRollout, known: string | undefined): readonly Step[] {
  if (known !== undefined || revision.kind === 'existing') return [];
  const { definition } = revision;
  return [{ kind: 'register-revision', title: `register a new revision of ${definition.family}`, definition }];
}

function notesOf(request: SettledRollout, snapshot: Snapshot, identical: boolean): readonly string[] {
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
  notes.push(...(request.tasksBefore ?? []).flatMap(sayOneOff));
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
function tagWarnings(request: SettledRollout, snapshot: Snapshot): readonly string[] {
  const { left } = request.strategy === 'canary-task' ? tagsFor(request, snapshot) : { left: 0 };
  if (left === 0) return [];
  const what = `The canary starts without ${left} of the tags that say whose it is`;
  return [`${what}: a task has 50 tags at most, and the tags of the service or of the task definition leave no room.`];
}

/** What is asked for and not set, or may not stay. */
function settingNotes({ settings }: SettledRollout, { service, scaled }: Snapshot): readonly string[] {
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
