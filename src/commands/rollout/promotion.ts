import type { Act, Rivals } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import type { Gate } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import { startedByOf } from '../../model/owner-tags.ts';
import type { Step } from '../../model/plan.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import { forced } from '../../model/settings.ts';
import type { Canary, Snapshot } from '../../model/snapshot.ts';
import { strategyFacts } from '../../model/strategy.ts';
import { theCanary, theRevision } from '../../model/subject.ts';
import type { Behind } from '../../model/targets.ts';
import { checkedBy } from '../health-check.ts';
import { check, quietGates } from '../steps.ts';
import { orphansOf } from './conflicts.ts';
import type { Resumption } from './resume.ts';
import { restoreOf, restoreOfAdopted } from './rollback.ts';
import type { Rollout } from './strategies/strategy.ts';

type Promote = Extract<Act, { kind: 'promote' }> & Step;

/**
 * Updates the service and follows the deployment to its end; `whenServing` comes as soon as the service needs no canary, and
 * `beside` is what must hold meanwhile.
 */
export function promotion(
  rollout: Rollout,
  whenServing: readonly Step[],
  beside: readonly Gate[] = quietGates(rollout.request),
): readonly Step[] {
  const { request, snapshot } = rollout;
  const { place, timeouts, wait } = request;
  const update = updateOf(rollout);
  if (!wait) return [update];
  const version = request.command === 'rollback' ? 'earlier version' : 'new version';
  const within = timeouts.serviceStable;
  const checked = checkedBy(definitionOf(request, snapshot));
  const carries: readonly Step[] =
    update.behind === undefined
      ? []
      : [
          check(
            `wait until the ${version} has a healthy target of its own`,
            [{ kind: 'serving-traffic', place, ...checked }, ...beside],
            within,
          ),
        ];
  const stable = check(
    `wait until ${place.service} is stable on the ${version}`,
    [{ kind: 'service-stable', place, ...checked }, ...beside],
    within,
  );
  return [update, ...carries, ...whenServing, carries.length === 0 ? stable : { ...stable, since: 'check-before' }];
}

function updateOf({ request, snapshot, settings, revision, canary }: Rollout): Promote {
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
    rivals: rivalsOf(request, orphansOf(request, snapshot, canary)),
    revision: revision ?? { registered: theRevision },
    ...defined({ behind }),
    ...(strategyFacts[strategy].canaryTasks > 0 ? { canary: theCanary } : {}),
  };
}

/** The task definition that the service will run. */
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

/** The deployment of an earlier attempt is in progress: follows it to its end, and restores the service if it fails. */
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

/** Deregisters old revisions after a success. */
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
