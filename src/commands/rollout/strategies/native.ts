import type { Act } from '../../../model/acts.ts';
import { nameIn } from '../../../model/arn.ts';
import { type Duration, minute, showDuration } from '../../../model/duration.ts';
import type { Gate, Gates } from '../../../model/gates.ts';
import { defined } from '../../../model/json.ts';
import { bakesIn, type Milestone, nativeStrategyOf, type Shifts, shiftsOf } from '../../../model/native.ts';
import type { Step } from '../../../model/plan.ts';
import type { ResolvedRollout } from '../../../model/request.ts';
import { forced, type Restore } from '../../../model/settings.ts';
import type { Snapshot } from '../../../model/snapshot.ts';
import { theRevision } from '../../../model/subject.ts';
import { check, quietGates } from '../../steps.ts';
import { withinBake } from '../measured-gates.ts';
import { beforePromotion } from '../one-off-tasks.ts';
import { restoreOf, restoreOfResumed } from '../rollback.ts';
import { nativeDrills } from './native-drills.ts';
import { nativeProblems } from './native-problems.ts';
import { supportsRolling } from './rolling.ts';
import type { Rollout, StrategyPlan, Support } from './strategy.ts';

type Start = Extract<Act, { kind: 'start-service-deployment' }> & Step;

/** Starts ECS's own BLUE_GREEN, LINEAR or CANARY deployment, watches each of its bakes, and has ECS roll it back. */
export const native: StrategyPlan = {
  supports: (_, snapshot) => supportsNative(snapshot),
  problems: nativeProblems,
  steps: (rollout) => [
    ...beforePromotion(rollout, quietGates(rollout.request)),
    startOf(rollout),
    ...followed(rollout),
  ],
  canaries: () => 0,
  drills: nativeDrills,
  texts: { notes: notesOf, warnings: () => [] },
};

function supportsNative(snapshot: Snapshot): Support {
  const { service } = snapshot;
  if (nativeStrategyOf(service) !== undefined) return { is: 'yes' };
  const rolling = supportsRolling(snapshot);
  if (rolling.is !== 'yes') return rolling;
  return {
    is: 'never',
    because:
      'the service has the deployment strategy ROLLING: ECS moves no traffic. Strategy native deploys services with the deployment strategy BLUE_GREEN, LINEAR or CANARY',
  };
}

/** Target groups, Service Connect or VPC Lattice: what ECS moves the traffic with. */
function isRouted({ service: { loadBalancers = [], deployments = [] } }: Snapshot): boolean {
  const connects = deployments.some(
    ({ serviceConnectConfiguration, vpcLatticeConfigurations = [] }) =>
      serviceConnectConfiguration?.enabled === true || vpcLatticeConfigurations.length > 0,
  );
  return loadBalancers.length > 0 || connects;
}

function startOf({ request, snapshot, settings, revision, deployment }: Rollout): Start {
  const { place, forceNewDeployment, command } = request;
  const restore =
    deployment === undefined ? restoreOf(request, snapshot, settings) : restoreOfResumed(request, snapshot, deployment);
  const shifts = shiftsOf(snapshot.service.deploymentConfiguration);
  const version = command === 'rollback' ? 'the earlier revision' : 'the new revision';
  return {
    kind: 'start-service-deployment',
    title:
      deployment === undefined
        ? `deploy ${version} to ${place.service} (${formatShifts(snapshot)})`
        : 'continue with the service deployment that an earlier attempt of this job started',
    place,
    revision: revision ?? { registered: theRevision },
    settings: forceNewDeployment ? { ...settings, forceNewDeployment: true } : forced(settings),
    restore: withOldRevision(restore, snapshot, bakesIn(shifts) + hooksOf(snapshot)),
    ...defined({ newest: deployment === undefined ? snapshot.native?.newest : undefined }),
    routed: isRouted(snapshot),
  };
}

/** A deployment that is replaced had not brought its revision yet; deploying the old one again takes the bakes once more. */
function withOldRevision(restore: Restore, { native }: Snapshot, more: Duration): Restore {
  const { previous } = native?.underWay ?? {};
  return { ...restore, ...(previous === undefined ? {} : { to: previous.revision }), within: restore.within + more };
}

/** `CANARY: 10 % for 5m, 100 % for 10m`. */
function formatShifts({ service }: Snapshot): string {
  const { steps, bake } = shiftsOf(service.deploymentConfiguration);
  const few = steps.length <= 4 ? steps : [steps[0], steps.at(-1) ?? steps[0]];
  const parts = few.map(({ percent, bake: own }) => {
    const time = percent === 100 ? bake : own;
    return time > 0 ? `${percent} % for ${showDuration(time)}` : `${percent} %`;
  });
  return `${nativeStrategyOf(service)}: ${parts.join(steps.length <= 4 ? ', ' : ` … in ${steps.length} steps to `)}`;
}

/** The longest time that the hooks of the service can hold one stage up. ECS waits a day for each that says nothing else. */
function hooksOf({ service: { deploymentConfiguration = {} } }: Snapshot): Duration {
  const { lifecycleHooks = [] } = deploymentConfiguration;
  return lifecycleHooks.reduce((sum, { lifecycleStages = [], timeoutConfiguration }) => {
    return sum + lifecycleStages.length * (timeoutConfiguration?.timeoutInMinutes ?? 1440) * minute;
  }, 0);
}

/** The checks and bakes between the start of the deployment and its end. */
function followed(rollout: Rollout): readonly Step[] {
  const { request, snapshot, deployment } = rollout;
  const shifts = remaining(shiftsOf(snapshot.service.deploymentConfiguration), snapshot, deployment !== undefined);
  const reached = (title: string, until: Milestone): Step => {
    const within = request.timeouts.serviceStable;
    return check(title, gatesOf(request, snapshot, until, within), within + hooksOf(snapshot));
  };
  const baked = (title: string, share: number, during: Duration): readonly Step[] =>
    during === 0 ? [] : [bakeOf(rollout, title, share, during)];
  const version = request.command === 'rollback' ? 'the earlier version' : 'the new version';
  return [
    reached(`wait until the tasks of ${version} are healthy`, 'scaled-up'),
    ...shifts.steps.flatMap(({ percent, bake }) => [
      reached(`wait until ECS has moved ${percent} % of the traffic to ${version}`, percent),
      ...baked(`watch ${version} at ${percent} % of the traffic`, percent, bake),
    ]),
    ...(shifts.bake === 0
      ? []
      : [
          reached('wait until the last bake begins', 'bake-time'),
          ...baked(`watch ${version} with all of the traffic, while the old tasks still run`, 100, shifts.bake),
        ]),
    reached('wait until ECS has ended the deployment', 'ended'),
  ];
}

/** The gates of rollout.yml are evaluated in each bake that is long enough for them. */
function bakeOf(rollout: Rollout, title: string, share: number, bake: Duration): Step {
  const { request, snapshot } = rollout;
  const { gates: named, during } = withinBake(rollout, bake);
  const [first, ...others] = gatesOf(request, snapshot, share);
  return { kind: 'bake', title, gates: [first, ...others, ...named], during };
}

/** A deployment that another attempt has begun has some of its shifts behind it. */
function remaining(shifts: Shifts, { native }: Snapshot, isResumed: boolean): Shifts {
  const percent = isResumed ? (native?.underWay?.percent ?? 0) : 0;
  const [first, ...others] = shifts.steps.filter((shift) => shift.percent >= percent - 0.05);
  return first === undefined ? shifts : { ...shifts, steps: [first, ...others] };
}

function gatesOf(request: ResolvedRollout, snapshot: Snapshot, until: Milestone, within?: Duration): Gates {
  const { place } = request;
  const targetGroups = newGroupsOf(snapshot);
  const drain = Math.max(0, ...snapshot.attachments.map((one) => one.drain));
  return [{ kind: 'service-deployment', place, until, targetGroups, drain, ...defined({ within }) }, ...quiet(request)];
}

const quiet = (request: ResolvedRollout): readonly Gate[] => quietGates(request);

/** The target groups of the new tasks: of each pair the one that does not serve. */
function newGroupsOf({ service: { loadBalancers = [] }, native }: Snapshot): readonly string[] {
  return loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }) => {
    const pair = [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn];
    const idle = pair.filter((group) => group !== undefined && !native?.live.includes(group));
    return idle.length === 1 ? idle.flatMap((group) => group ?? []) : [];
  });
}

/** What a person should know before ECS begins. */
function notesOf(_: ResolvedRollout, { service }: Snapshot): readonly string[] {
  const { desiredCount = 0, deploymentConfiguration = {} } = service;
  const { lifecycleHooks = [] } = deploymentConfiguration;
  const room =
    desiredCount === 0
      ? []
      : [`ECS starts ${desiredCount} new tasks next to the ${desiredCount} old ones, and keeps both until the end.`];
  const hooks = lifecycleHooks.map(({ targetType = 'AWS_LAMBDA', hookTargetArn, lifecycleStages = [] }) => {
    const stages = lifecycleStages.join(', ');
    return targetType === 'PAUSE'
      ? `The service has a PAUSE hook at ${stages}: the rollout waits there, and does not answer it.`
      : `The service has the hook ${nameIn(hookTargetArn ?? targetType)} at ${stages}: its function decides there.`;
  });
  return [...room, ...hooks];
}
