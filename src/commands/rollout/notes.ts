import { nameIn } from '../../model/arn.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import { covers } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { formatOneOff } from '../one-off.ts';
import { runningInstead } from './rollback.ts';
import { strategies } from './strategies/index.ts';

/** The title of the plan. */
export function titleOf({ command, revision, place }: ResolvedRollout, identical: boolean): string {
  const where = `${place.service} in ${place.cluster}`;
  if (command === 'rollback' && revision.kind === 'existing') return `Roll ${where} back to ${nameIn(revision.name)}`;
  if (identical) return `Roll out the same revision to ${where}`;
  if (revision.kind === 'existing') return `Roll out ${nameIn(revision.name)} to ${where}`;
  return `Roll out a new revision of ${revision.definition.family} to ${where}`;
}

/** What a person should know before the rollout starts. */
export function notesOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  { identical, nothing }: { readonly identical: boolean; readonly nothing: boolean },
): readonly string[] {
  const { place, wait, remarks = [] } = request;
  const { service, why } = snapshot;
  const notes: string[] = [...remarks];
  if (why !== undefined) notes.push(why);
  if (identical) {
    const stable = snapshot.stable.definition.taskDefinitionArn ?? '';
    const force = request.forceNewDeployment
      ? ''
      : ' If its image tag now points to a new image, set force-new-deployment: true.';
    notes.push(`${place.service} runs this revision already (${nameIn(stable)}); nothing is registered.${force}`);
  }
  notes.push(...(request.tasksBefore ?? []).flatMap(formatOneOff));
  notes.push(...settingNotes(request, snapshot));
  const running = runningInstead(service);
  if (running !== undefined) {
    notes.push(
      `The deployment in progress has no running tasks: on failure the service is rolled back to ${nameIn(running)}, which is running.`,
    );
  }
  // Without anything to roll out there is no canary to speak of.
  if (!nothing) notes.push(...strategies[request.strategy].texts.notes(request, snapshot));
  if (!wait) notes.push('wait is false: the deployment is started, but not monitored or rolled back.');
  return notes;
}

/** Requested settings that are not applied, or that Application Auto Scaling may change again. */
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
      : 'because it is unknown whether Application Auto Scaling owns it';
  return [...fixed, `service.json: desiredCount is not applied, ${because}.`];
}
