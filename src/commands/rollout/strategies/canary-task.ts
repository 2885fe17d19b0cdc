import { fixedPorts } from '../../../model/fixed-ports.ts';
import type { Gate } from '../../../model/gates.ts';
import type { ResolvedRollout } from '../../../model/request.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import { theCanary } from '../../../model/subject.ts';
import { graceOf } from '../../health-check.ts';
import { quietGates } from '../../steps.ts';
import { canaryPhase } from '../canary-phase.ts';
import { beforePromotion } from '../one-off-tasks.ts';
import { promotion } from '../promotion.ts';
import { serviceOnlyNotes } from '../service-only.ts';
import { tagsFor } from '../service-task.ts';
import { shareNotes } from '../share.ts';
import { cancelledAt, failsInService, rolloutDrills } from './drills.ts';
import { supportsRolling } from './rolling.ts';
import type { StrategyPlan, Support } from './strategy.ts';

/** Tries the new version in one extra task in the target groups of the service, and updates the service after it passed. */
export const canaryTask: StrategyPlan = {
  supports(_, snapshot) {
    const support = supportsRolling(snapshot);
    return support.is === 'yes' ? portSupport(snapshot) : support;
  },
  steps: (rollout) => [
    ...canaryPhase(rollout),
    ...beforePromotion(rollout, healthyGates(rollout)),
    ...promotion(rollout, [
      { kind: 'retire', title: 'take the canary out of traffic and stop it, beside the deployment' },
    ]),
  ],
  canaries: () => 1,
  drills: ({ tasksBefore }) =>
    rolloutDrills({
      tasksBefore,
      bad: 'rejected',
      needs: [],
      noCapacity: { title: 'there is no capacity for the canary', expected: ['failed', 'rejected'] },
      inService: [
        failsInService('fails-in-service', false, 'the service fails after the canary passed'),
        failsInService('fails-in-service', true),
      ],
      cancelled: [cancelledAt('start-canary', 'while the canary runs')],
    }),
  texts: {
    notes: (request, snapshot) => [...serviceOnlyNotes(request, snapshot), ...shareNotes(snapshot)],
    warnings: tagWarnings,
  },
};

/** A canary needs its host ports on an instance where no task of the service has them. */
function portSupport({ service, stable, portRoom, canaries, instance }: Snapshot): Support {
  // What an earlier canary has taken is free when that one is swept, or it is gone on with.
  if (portRoom === undefined || canaries.length > 0) return { is: 'yes' };
  const { ports, instances, free } = portRoom;
  const named = instance !== undefined;
  const shared = fixedPorts(stable.definition).some((port) => ports.includes(port));
  const everywhere = service.schedulingStrategy === 'DAEMON' && !named && shared && (service.runningCount ?? 0) > 0;
  // ECS may not show the instances of a service that runs: then only its own tasks say what is taken.
  if (free === undefined || instances === 0 ? !everywhere : free > 0) return { is: 'yes' };
  const port = `host port ${ports.join(', ')}`;
  const taken = named ? 'the instance of canary-instance-arn' : `all ${instances} container instances`;
  const why = everywhere
    ? `this DAEMON service has a task on every container instance, which takes ${port}`
    : `${port} is taken on ${taken}`;
  return { is: 'not-now', because: `${why}, so there is no room for a canary`, lack: 'needs no free port' };
}

/** The canary passed; it must stay healthy while the one-off tasks run. */
function healthyGates({ request, snapshot }: { readonly request: ResolvedRollout; readonly snapshot: Snapshot }) {
  const { attachments, service } = snapshot;
  const of = theCanary;
  const targets: readonly Gate[] =
    attachments.length === 0 ? [] : [{ kind: 'targets-healthy', of, grace: graceOf(service) }];
  return [{ kind: 'tasks-running', of } as const, ...targets, ...quietGates(request)];
}

/** The tags are for people: the group of the canary says the same. */
export function tagWarnings(request: ResolvedRollout, snapshot: Snapshot): readonly string[] {
  const { left } = tagsFor(request, snapshot);
  if (left === 0) return [];
  const what = `The canary starts without ${left} of the tags that say whose it is`;
  return [`${what}: a task has 50 tags at most, and the tags of the service or of the task definition leave no room.`];
}
