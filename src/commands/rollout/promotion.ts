import type { Act, Rivals } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { defined } from '../../model/json.ts';
import { startedByOf } from '../../model/owner-tags.ts';
import type { Step } from '../../model/plan.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { ServiceSettings } from '../../model/settings.ts';
import { forced } from '../../model/settings.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import { theCanary, theRevision } from '../../model/subject.ts';
import type { Behind } from '../../model/targets.ts';
import { checkedBy } from '../health-check.ts';
import { check, quietGates } from './canary-phase.ts';
import type { Resumption } from './resume.ts';
import { restoreOf, restoreOfAdopted } from './rollback.ts';

type Promote = Extract<Act, { kind: 'promote' }> & Step;

/** Updates the service, lets a canary go as soon as it is not needed, and follows the deployment to its end. */
export function promotion(
  request: ResolvedRollout,
  snapshot: Snapshot,
  settings: ServiceSettings,
  revision: string | undefined,
  swept: readonly Canary[],
): readonly Step[] {
  const { place, timeouts, wait, strategy } = request;
  const update = updateOf(request, snapshot, settings, revision, swept);
  if (!wait) return [update];
  const version = request.command === 'rollback' ? 'earlier version' : 'new version';
  const within = timeouts.serviceStable;
  const quiet = quietGates(request);
  const checked = checkedBy(definitionOf(request, snapshot));
  const carries: readonly Step[] =
    update.behind === undefined
      ? []
      : [
          check(
            `wait until the ${version} has a healthy target of its own`,
            [{ kind: 'serving-traffic', place, ...checked }, ...quiet],
            within,
          ),
        ];
  const retire: Step = { kind: 'retire', title: 'take the canary out of traffic and stop it, beside the deployment' };
  const stable = check(
    `wait until ${place.service} is stable on the ${version}`,
    [{ kind: 'service-stable', place, ...checked }, ...quiet],
    within,
  );
  return [
    update,
    ...carries,
    ...(strategy === 'canary-task' ? [retire] : []),
    carries.length === 0 ? stable : { ...stable, since: 'check-before' },
  ];
}

function updateOf(
  request: ResolvedRollout,
  snapshot: Snapshot,
  settings: ServiceSettings,
  revision: string | undefined,
  swept: readonly Canary[],
): Promote {
  const { place, strategy, forceNewDeployment, command, revision: wanted } = request;
  const behind = behindOf(snapshot);
  return {
    kind: 'promote',
    title:
      command === 'rollback' && wanted.kind === 'existing'
        ? `bring ${place.service} back to ${nameIn(wanted.name)}`
        : `update ${place.service} to the new revision`,
    place,
    settings: forceNewDeployment ? { ...settings, forceNewDeployment: true } : forced(settings),
    restore: restoreOf(request, snapshot, settings),
    rivals: rivalsOf(request, swept),
    revision: revision ?? { registered: theRevision },
    ...defined({ behind }),
    ...(strategy === 'canary-task' ? { canary: theCanary } : {}),
  };
}

/** What the service is to run. */
export const definitionOf = ({ revision }: ResolvedRollout, { given }: Snapshot) =>
  revision.kind === 'new' ? revision.definition : given?.definition;

function behindOf({ attachments }: Snapshot): Behind | undefined {
  if (attachments.length === 0) return undefined;
  const targetGroups = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  return { targetGroups, drain: Math.max(...attachments.map(({ drain }) => drain)) };
}

const rivalsOf = ({ place, run }: ResolvedRollout, swept: readonly Canary[]): Rivals => ({
  startedBy: startedByOf(place.service),
  run: run.id,
  attempt: run.attempt,
  swept: swept.map(({ task }) => task),
});

/** The deployment is under way: all that is left to do is to see it through, and to put it back when it fails. */
export function seeThrough(
  request: ResolvedRollout,
  snapshot: Snapshot,
  resumption: Extract<Resumption, { kind: 'deployment' }>,
): readonly Step[] {
  const { place, timeouts } = request;
  return [
    {
      kind: 'adopt-deployment',
      title: 'go on with the deployment that an earlier attempt of this job has started',
      place,
      revision: snapshot.stable.definition.taskDefinitionArn ?? '',
      deployment: resumption.id,
      since: resumption.since,
      restore: restoreOfAdopted(request, snapshot, resumption),
    },
    check(
      `wait until ${place.service} is stable on the new version`,
      [{ kind: 'service-stable', place, ...checkedBy(snapshot.stable.definition) }, ...quietGates(request)],
      timeouts.serviceStable,
    ),
  ];
}

/** After a success: the revisions that nobody needs any more go. */
export function tidyRevisions(
  { place, maxRevisions }: ResolvedRollout,
  { stable }: Snapshot,
  revision: string | undefined,
): readonly Step[] {
  if (maxRevisions === undefined) return [];
  return [
    { kind: 'commit', title: 'the new version stays' },
    {
      kind: 'deregister-revisions',
      title: `deregister old revisions of ${stable.definition.family}, down to ${maxRevisions}`,
      place,
      keep: maxRevisions,
      previous: stable.definition.taskDefinitionArn ?? '',
      revision: revision ?? { registered: theRevision },
    },
  ];
}
