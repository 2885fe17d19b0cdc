import type { Cloud } from './cloud.ts';
import { finishRecord, ringingAlarms } from './deployment-failure.ts';
import { flag, object } from './json.ts';
import { hookAnswer, hookMoments, reachHooks, settleHooks } from './lifecycle-hooks.ts';
import { stageOf } from './native-phases.ts';
import { isNetwork, networkProblem, shiftTraffic } from './native-traffic.ts';
import type { Deployment, NativePhase, NativeProgress, Service, ServiceDeployment, Task } from './records.ts';
import { addEvent } from './service-events.ts';
import { noteAt } from './service-placement.ts';
import {
  alive,
  belongsTo,
  countOutcomes,
  isHealthy,
  replaceUnhealthy,
  startUpTo,
  stopAll,
  stopSurplus,
} from './service-tasks.ts';
import { primary, tasksOf } from './services.ts';

/** How long ECS needs for a stage in which nothing has to be waited for. */
const stageMs = 3_000;
/** After a change of weights. */
const shiftMs = 10_000;
const networkShiftMs = 600_000;

/** The native deployment of the service that has not ended. */
const runningRecord = ({ records }: Service) =>
  records.find((record) => record.native !== undefined && record.finishedAt === undefined);

/** Whether a native deployment of the service is under way, or being rolled back. */
export const isUnderWay = (service: Service): boolean => runningRecord(service) !== undefined;

interface Moving {
  readonly cloud: Cloud;
  readonly service: Service;
  readonly record: ServiceDeployment;
  readonly native: NativeProgress;
  /** The deployment of the new revision. */
  readonly green: Deployment;
}

/** One step of the scheduler in a native deployment. */
export function reconcileNative(cloud: Cloud, service: Service): void {
  const record = runningRecord(service);
  const green = service.deployments.find((deployment) => deployment.record === record);
  if (record?.native === undefined || green === undefined) return;
  const moving: Moving = { cloud, service, record, native: record.native, green };
  if (record.status === 'PENDING') begin(moving);
  if (record.status === 'ROLLBACK_REQUESTED' && stageOf(record) !== 'CLEAN_UP') {
    rollBack(moving, 'Service deployment rolled back because it was stopped.');
  }
  if (record.status === 'ROLLBACK_IN_PROGRESS') {
    undo(moving);
    return;
  }
  countOutcomes(cloud, service, green);
  replaceUnhealthy(cloud, service);
  const alarms = alarmsOf(moving);
  if (alarms.length > 0) {
    record.triggeredAlarms = alarms;
    const { rollback } = object(record.configuration.alarms);
    if (flag(rollback) === true) rollBack(moving, 'Service deployment rolled back because alarms were triggered.');
    else finishRecord(cloud, record, 'STOPPED', 'Service deployment was stopped because alarms were triggered.');
    return;
  }
  keepScaled(moving);
  goOn(moving);
}

function begin({ cloud, service, record, native, green }: Moving): void {
  record.status = 'IN_PROGRESS';
  record.startedAt = cloud.date();
  record.updatedAt = cloud.date();
  native.until = undefined;
  const problem = networkProblem(cloud, record.target, service.lastCompleted);
  if (problem !== undefined) rollBack({ cloud, service, record, native, green }, problem);
}

/** An alarm that was in ALARM at the start is ignored. */
function alarmsOf({ cloud, service, record }: Moving): readonly string[] {
  const watching = flag(object(record.configuration.alarms).enable) === true && !record.ignoresAlarms;
  return watching ? ringingAlarms(cloud, service) : [];
}

const hasScaledUp = ({ native }: Moving): boolean =>
  native.phases.slice(0, native.phase + 1).some(({ stage }) => stage === 'SCALE_UP');

/** Both revisions have all of their tasks until the old ones are stopped. */
function keepScaled(moving: Moving): void {
  const { cloud, service, record, green } = moving;
  stopSurplus(cloud, service, green);
  for (const deployment of service.deployments) {
    const old = deployment.revision === service.lastCompleted && stageOf(record) !== 'CLEAN_UP';
    const wanted = deployment === green ? hasScaledUp(moving) : old;
    const own = tasksOf(service).filter(alive).filter(belongsTo(deployment));
    if (wanted) startUpTo(cloud, service, deployment, service.desiredCount - own.length);
  }
}

function goOn(moving: Moving): void {
  const { cloud, service, record, native } = moving;
  for (;;) {
    const phase = native.phases[native.phase];
    if (phase === undefined) {
      complete(moving);
      return;
    }
    if (!native.entered) {
      native.entered = true;
      native.hooks = reachHooks(cloud, record, phase.stage);
      record.updatedAt = cloud.date();
      for (const moment of hookMoments(cloud, native.hooks)) noteAt(cloud, service, moment);
    }
    settleHooks(cloud, native, record.updatedAt.getTime());
    const answer = hookAnswer(native.hooks);
    if (answer === 'failed') {
      rollBack(moving, 'Service deployment rolled back because of one or more lifecycle hook failures.');
      return;
    }
    if (answer === 'waiting' || !isOver(moving, phase)) return;
    native.phase++;
    native.entered = false;
    native.until = undefined;
  }
}

/** Does the work of a phase, and says whether it is over. */
function isOver(moving: Moving, phase: NativePhase): boolean {
  const { cloud, service, record, native, green } = moving;
  if (phase.stage === 'SCALE_UP') {
    keepScaled(moving);
    const own = tasksOf(service).filter(alive).filter(belongsTo(green));
    return own.length === service.desiredCount && own.every((task) => isHealthy(cloud, task));
  }
  if (phase.stage === 'RECONCILE_SERVICE' && !isReconciled(moving)) return false;
  if (phase.stage === 'CLEAN_UP') return isCleanedUp(moving);
  if (native.until === undefined) {
    native.until = cloud.now() + durationOf(moving, phase);
    noteAt(cloud, service, native.until);
    const { target } = record;
    const source = service.lastCompleted;
    if (phase.stage === 'TEST_TRAFFIC_SHIFT') {
      native.test = 100;
      shiftTraffic(cloud, 'test', { target, source, percent: 100 });
    }
    if (phase.shift !== undefined) {
      native.production = phase.shift;
      shiftTraffic(cloud, 'production', { target, source, percent: phase.shift });
    }
  }
  return cloud.now() >= native.until;
}

function durationOf({ cloud, record }: Moving, { stage, bakeMs }: NativePhase): number {
  const moves = stage === 'TEST_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT';
  if (!moves) return stage === 'BAKE_TIME' ? bakeMs : stageMs;
  return (isNetwork(cloud, record.target) ? networkShiftMs : shiftMs) + bakeMs;
}

/** A deployment that this one has superseded: its traffic returns and its tasks are stopped; whether they are gone. */
function isReconciled({ cloud, service, record, green }: Moving): boolean {
  const blue = service.lastCompleted;
  for (const kind of ['production', 'test'] as const)
    shiftTraffic(cloud, kind, { target: record.target, source: blue, percent: 0 });
  const superseded = tasksOf(service).filter(({ deployment }) => deployment !== green && deployment?.revision !== blue);
  stopAll(cloud, service, superseded.filter(alive), `Scaling activity initiated by (deployment ${green.id})`);
  if (superseded.some(isInUse)) return false;
  service.deployments = service.deployments.filter(({ revision }) => revision === blue || revision === green.revision);
  return true;
}

const isInUse = ({ lastStatus }: Task): boolean => lastStatus === 'RUNNING' || lastStatus === 'DEACTIVATING';

/** Stops the tasks of earlier revisions; whether they are gone. */
function isCleanedUp({ cloud, service, green }: Moving): boolean {
  const old = tasksOf(service).filter((task) => task.deployment !== green);
  stopAll(cloud, service, old.filter(alive), `Scaling activity initiated by (deployment ${green.id})`);
  if (old.some(isInUse)) return false;
  service.deployments = [green];
  return true;
}

function complete({ cloud, service, record, green }: Moving): void {
  green.rolloutState = 'COMPLETED';
  green.rolloutStateReason = `ECS deployment ${green.id} completed.`;
  green.updatedAt = cloud.date();
  service.lastCompleted = green.revision;
  service.steady = true;
  finishRecord(cloud, record, 'SUCCESSFUL');
  addEvent(cloud, service, `(deployment ${green.id}) deployment completed.`);
  addEvent(cloud, service, 'has reached a steady state.');
}

/** All traffic returns to the source revision immediately; then the new tasks are stopped. */
function rollBack({ cloud, service, record, native, green }: Moving, reason: string): void {
  const good = service.lastCompleted;
  const blue = service.deployments.find(({ revision }) => revision === good);
  green.rolloutState = 'FAILED';
  green.rolloutStateReason = reason;
  green.updatedAt = cloud.date();
  if (good === undefined || blue === undefined) {
    finishRecord(cloud, record, 'ROLLBACK_FAILED', 'No rollback candidate was found to run the rollback.');
    return;
  }
  record.status = 'ROLLBACK_IN_PROGRESS';
  record.statusReason = reason;
  record.updatedAt = cloud.date();
  record.rollback = { reason, startedAt: cloud.date(), serviceRevisionArn: good.arn };
  native.hooks = [];
  native.production = 0;
  native.test = 0;
  native.until = cloud.now() + shiftMs;
  noteAt(cloud, service, native.until);
  for (const kind of ['production', 'test'] as const)
    shiftTraffic(cloud, kind, { target: record.target, source: good, percent: 0 });
  service.settings = { ...service.settings, ...good.settings };
  for (const deployment of service.deployments) deployment.status = deployment === blue ? 'PRIMARY' : 'ACTIVE';
  addEvent(cloud, service, `rolling back to (deployment ${blue.id})`);
}

/** The rest of a rollback: stops the tasks of the new revision. */
function undo({ cloud, service, record, native, green }: Moving): void {
  const blue = primary(service);
  if (blue === undefined) return;
  replaceUnhealthy(cloud, service);
  const own = tasksOf(service).filter(alive).filter(belongsTo(blue));
  startUpTo(cloud, service, blue, service.desiredCount - own.length);
  if (cloud.now() < (native.until ?? 0)) return;
  const rest = tasksOf(service).filter(belongsTo(green));
  stopAll(cloud, service, rest.filter(alive), `Scaling activity initiated by (deployment ${blue.id})`);
  if (rest.some(isInUse)) return;
  service.deployments = service.deployments.filter((deployment) => deployment !== green);
  finishRecord(cloud, record, 'ROLLBACK_SUCCESSFUL');
  service.steady = true;
  addEvent(cloud, service, 'has reached a steady state.');
}
