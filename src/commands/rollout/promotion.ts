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
import { followDeployment, quietGates } from '../steps.ts';
import { orphansOf } from './conflicts.ts';
import { restoreOf, restoreOfResumed } from './rollback.ts';
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
  const serving = update.behind && `wait until the ${version} has a healthy target of its own`;
  const titles = { serving, stable: `wait until ${place.service} is stable on the ${version}` };
  return [update, ...followDeployment({ place, within, checked, beside, titles }, whenServing)];
}

function updateOf({ request, snapshot, settings, revision, canary, deployment }: Rollout): Promote {
  const { place, strategy, forceNewDeployment } = request;
  const behind = behindOf(snapshot);
  return {
    kind: 'promote',
    title: titleOf(request, deployment),
    place,
    settings: forceNewDeployment ? { ...settings, forceNewDeployment: true } : forced(settings),
    restore:
      deployment === undefined
        ? restoreOf(request, snapshot, settings)
        : restoreOfResumed(request, snapshot, deployment),
    rivals: rivalsOf(request, orphansOf(request, snapshot, canary)),
    revision: revision ?? { registered: theRevision },
    ...defined({ behind }),
    ...(strategyFacts[strategy].canaryTasks > 0 ? { canary: theCanary } : {}),
  };
}

function titleOf({ command, place, revision }: ResolvedRollout, deployment: Rollout['deployment']): string {
  if (deployment !== undefined) return 'continue with the deployment that an earlier attempt of this job started';
  return command === 'rollback' && revision.kind === 'existing'
    ? `roll ${place.service} back to ${nameIn(revision.name)}`
    : `update ${place.service} to the new revision`;
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

/** Deregisters old revisions after a success. */
export function tidyRevisions({
  request: { place, maxRevisions },
  snapshot: { stable },
  revision,
  deployment,
}: Rollout): readonly Step[] {
  if (maxRevisions === undefined) return [];
  return [
    { kind: 'commit', title: 'the new version stays' },
    {
      kind: 'deregister-revisions',
      title: `deregister old revisions of ${stable.definition.family}, down to ${maxRevisions}`,
      place,
      keep: maxRevisions,
      previous: deployment?.previous?.revision ?? stable.definition.taskDefinitionArn ?? '',
      revision: revision ?? { registered: theRevision },
    },
  ];
}
