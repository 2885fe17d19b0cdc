import type { Service } from '@aws-sdk/client-ecs';
import { readInAccount } from '../aws/snapshots/caller.ts';
import { takeUndeploySnapshot } from '../aws/snapshots/undeploy.ts';
import { familyIn, nameIn } from '../model/arn.ts';
import type { Change } from '../model/change.ts';
import { minute } from '../model/duration.ts';
import type { Creation } from '../model/gates.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import { formatProblem, refuseIfAny } from '../model/problem.ts';
import type { UndeployRequest } from '../model/request.ts';
import { primaryOf } from '../model/service.ts';
import type { UndeploySnapshot } from '../model/snapshot.ts';
import type { Runtime } from './command-runtime.ts';
import { maxDuration } from './max-duration.ts';
import { type Decision, planAndExecute, reportFacts } from './plan-and-execute.ts';
import { formatAlive, livingCanaries, orphansOf, waiting } from './rollout/conflicts.ts';
import { formatEnd } from './rollout/credential-expiry.ts';
import { check } from './steps.ts';
import { sweepSteps } from './sweep.ts';
import { snapshotAfterOthers } from './wait-for-others.ts';

/** Deletes a service: first its traffic, then its tasks, then what was created with it. */
export async function undeploy(request: UndeployRequest, runtime: Runtime): Promise<Outcome> {
  const outcome = await planAndExecute(request, runtime, () => decide(request, runtime));
  // Without a canary, `rejected` only means that it failed before the service was changed.
  return outcome.is === 'rejected' ? { ...outcome, is: 'failed' } : outcome;
}

async function decide(request: UndeployRequest, runtime: Runtime): Promise<Decision> {
  const take = () => readInAccount(request, runtime, takeUndeploySnapshot, ({ service }) => [service?.serviceArn]);
  const ready = await snapshotAfterOthers(request, runtime, take, (seen) => waitForCanaries(request, seen));
  if ('ended' in ready) return ready;
  const { snapshot } = ready;
  const { service } = snapshot;
  const previous = service === undefined ? undefined : (primaryOf(service)?.taskDefinition ?? service.taskDefinition);
  reportFacts({ 'service-arn': service?.serviceArn, 'previous-task-definition-arn': previous }, runtime);
  return { plan: planUndeploy(request, snapshot) };
}

/** Plans to delete a service; throws a Refusal if it cannot be tried. */
export function planUndeploy(request: UndeployRequest, snapshot: UndeploySnapshot): Plan {
  const { place } = request;
  const { service, status } = snapshot;
  const orphans = orphansOf(request, snapshot);
  const sweep = sweepSteps(request, [...orphans, ...snapshot.orphanTargets]);
  const where = `${place.service} in ${place.cluster}`;
  if (service === undefined && (status === undefined || status === 'INACTIVE')) {
    const why = status === undefined ? `there is no service ${where}` : `${where} is gone already (INACTIVE)`;
    const alive = snapshot.canaries.filter((canary) => !orphans.includes(canary));
    const notes = alive.map((canary) => `Left alone: ${formatAlive(canary)}.`);
    return { title: `Nothing to delete: ${why}`, changes: [], notes, steps: sweep };
  }
  const conflicts = livingCanaries(request, snapshot);
  // A dry run disturbs no other run, and reports conflicts instead.
  refuseIfAny(request.dryRun ? [] : conflicts);
  const { warnings, notes } = formatEnd(snapshot, {
    what: 'it',
    least: snapshot.drain + minute,
    most: maxDuration(request),
  });
  const inTheWay = request.dryRun
    ? conflicts.map((one) => `Current conflict: ${formatProblem({ ...one, where: '' })}`)
    : [];
  const allWarnings = [...scalingWarnings(request, snapshot), ...warnings];
  return {
    title: `Delete ${where}`,
    notes: [...inTheWay, ...notesOf(request, snapshot), ...notes],
    ...(allWarnings.length === 0 ? {} : { warnings: allWarnings }),
    changes: service === undefined ? [] : changesOf(service),
    steps: [...sweep, ...(service === undefined ? [gone(request, {})] : removalSteps(request, snapshot, service))],
  };
}

/** With `on-conflict: wait`, the plan to wait for canaries of other runs, if there are any. */
function waitForCanaries(request: UndeployRequest, snapshot: UndeploySnapshot): Plan | undefined {
  if (request.onConflict !== 'wait' || livingCanaries(request, snapshot).length === 0) return undefined;
  return waiting(request, 'wait until no canary of another run is left', { only: 'canaries' });
}

function removalSteps(request: UndeployRequest, snapshot: UndeploySnapshot, service: Service): readonly Step[] {
  const { place, timeouts } = request;
  const { targets, drain } = snapshot;
  const { desiredCount: count = 0, runningCount: running = 0, createdAt } = service;
  const within = timeouts.serviceStable;
  const ends = isDaemon(service)
    ? []
    : [
        ...(count === 0
          ? []
          : [
              {
                kind: 'empty-service' as const,
                title: `drain and stop the ${count === 1 ? 'task' : `${count} tasks`} of ${place.service}`,
                place,
                count,
                running,
                backWithin: within,
              },
            ]),
        check('wait until no task is left', [{ kind: 'service-empty', place, targets, drain }], within),
      ];
  return [
    ...ends,
    { kind: 'delete-service', title: `delete ${place.service}`, place, force: needsForce(service) },
    gone(request, createdAt === undefined ? {} : { at: createdAt.getTime() }),
    ...deregister(request, snapshot, service),
  ];
}

const gone = ({ place, timeouts }: UndeployRequest, whose: Creation): Step =>
  check(`check that ${place.service} is gone`, [{ kind: 'service-gone', place, whose }], timeouts.serviceStable);

/** A DAEMON service runs one task on each instance and has no desired count. */
const isDaemon = ({ schedulingStrategy }: Service): boolean => schedulingStrategy === 'DAEMON';

/** Without force, AWS refuses to delete a service that was scaled up again, or one with task sets. */
const needsForce = (service: Service): boolean =>
  isDaemon(service) || (service.deploymentController?.type ?? 'ECS') !== 'ECS';

function deregister(
  { deregisterRevisions, place }: UndeployRequest,
  { sharers }: UndeploySnapshot,
  service: Service,
): readonly Step[] {
  const family = familyOf(service);
  if (!deregisterRevisions || family === undefined || sharers.length > 0) return [];
  return [
    { kind: 'commit', title: 'the service stays deleted' },
    {
      kind: 'deregister-family',
      title: `deregister all revisions of ${family}`,
      family,
      byHand: `aws ecs list-task-definitions --region ${place.region} --family-prefix ${family}   # then, of each: aws ecs deregister-task-definition`,
    },
  ];
}

/** The family that a service runs; with an external deployment controller, its task sets name it. */
function familyOf(service: Service): string | undefined {
  const revision =
    primaryOf(service)?.taskDefinition ?? service.taskDefinition ?? service.taskSets?.[0]?.taskDefinition;
  return revision === undefined ? undefined : familyIn(revision);
}

function changesOf(service: Service): readonly Change[] {
  const { desiredCount = 0, runningCount = 0, taskDefinition = '' } = service;
  const runs = nameIn(primaryOf(service)?.taskDefinition ?? taskDefinition);
  const before = `${runs}, ${runningCount} of ${desiredCount} tasks running`;
  return [{ kind: 'removed', subject: { kind: 'service' }, what: 'service', before }];
}

function scalingWarnings({ place }: UndeployRequest, { scaled, service }: UndeploySnapshot): readonly string[] {
  if (scaled !== 'yes' || service === undefined) return [];
  const id = `service/${nameIn(place.cluster)}/${place.service}`;
  const command = `aws application-autoscaling deregister-scalable-target --region ${place.region} --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id ${id}`;
  return [
    `Application Auto Scaling owns the desired count and can scale ${place.service} up again. To end that: ${command}`,
  ];
}

function notesOf(request: UndeployRequest, snapshot: UndeploySnapshot): readonly string[] {
  const { place, deregisterRevisions } = request;
  const { service, status, scaled, sharers } = snapshot;
  if (service === undefined) return [`${place.service} is ${status}: it has been deleted already.`];
  const notes: string[] = [];
  if (isDaemon(service)) {
    notes.push(`${place.service} is a DAEMON service, which has no desired count: it is deleted with its tasks.`);
  }
  if (scaled === 'unknown') {
    notes.push('It is unknown whether Application Auto Scaling owns the desired count.');
  }
  notes.push('Load balancers, target groups, log groups, alarms and scaling policies are not touched.');
  if (!deregisterRevisions) return notes;
  const family = familyOf(service);
  if (family === undefined) notes.push('No revision is deregistered: ECS does not say what the service runs.');
  else if (sharers.length > 0) {
    notes.push(`No revision of ${family} is deregistered: ${sharers.join(', ')} in ${place.cluster} runs it too.`);
  } else notes.push(`Services of other clusters that run ${family} are not checked.`);
  return notes;
}
