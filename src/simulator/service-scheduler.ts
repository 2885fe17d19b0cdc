import type { Cloud } from './cloud.ts';
import { beginOrStop, finishRecord, watchForFailure } from './deployment-failure.ts';
import { number, object } from './json.ts';
import { isUnderWay, reconcileNative } from './native-deployment.ts';
import { inactiveServiceRetentionMs } from './pace.ts';
import type { Deployment, Service } from './records.ts';
import { addEvent } from './service-events.ts';
import {
  alive,
  belongsTo,
  countOutcomes,
  draining,
  isHealthy,
  replaceUnhealthy,
  startUpTo,
  stopAll,
  stopSurplus,
} from './service-tasks.ts';
import { daemonCount, isDaemon, primary, tasksOf } from './services.ts';
import { isRunning } from './tasks.ts';

/** One step of the scheduler towards the requested state of a service. */
export function reconcile(cloud: Cloud, service: Service): void {
  if (service.status === 'DRAINING') {
    drain(cloud, service);
    return;
  }
  const current = primary(service);
  if (service.status !== 'ACTIVE' || current === undefined) return;
  if (isDaemon(service)) service.desiredCount = daemonCount(service.cluster);
  if (isUnderWay(service)) {
    reconcileNative(cloud, service);
    return;
  }
  if (beginOrStop(cloud, service, current) === 'stopped') return;
  countOutcomes(cloud, service, current);
  if (watchForFailure(cloud, service, current)) return;
  replaceUnhealthy(cloud, service);
  stopSurplus(cloud, service, current);
  startMissing(cloud, service, current);
  retireOld(cloud, service, current);
  complainOfLimits(cloud, service, current);
  settle(cloud, service, current);
}

/** "Upper and lower limits on the number of tasks": the lower one is rounded up, the upper one down. */
function limits(service: Service): { readonly least: number; readonly most: number } {
  const configuration = object(service.settings.deploymentConfiguration);
  const share = (percent: number): number => (service.desiredCount * percent) / 100;
  return {
    least: Math.ceil(share(number(configuration.minimumHealthyPercent) ?? 100)),
    most: Math.floor(share(number(configuration.maximumPercent) ?? 200)),
  };
}

function startMissing(cloud: Cloud, service: Service, current: Deployment): void {
  const tasks = tasksOf(service);
  const missing = service.desiredCount - tasks.filter(alive).filter(belongsTo(current)).length;
  const room = limits(service).most - tasks.filter((task) => alive(task) || draining(task)).length;
  const count = Math.min(missing, room);
  startUpTo(cloud, service, current, count);
}

/** Stops old tasks once enough tasks are healthy, unhealthy ones first. */
function retireOld(cloud: Cloud, service: Service, current: Deployment): void {
  const tasks = tasksOf(service).filter(alive);
  const old = tasks.filter((task) => task.deployment !== current);
  if (old.length === 0) return;
  const healthy = tasks.filter((task) => isHealthy(cloud, task));
  const sick = old.filter((task) => !healthy.includes(task));
  const newHealthy = healthy.filter(belongsTo(current)).length;
  const spare = Math.max(0, healthy.length - limits(service).least);
  const replaced = old.length - (service.desiredCount - newHealthy);
  const wanted = Math.max(replaced, roomNeeded(service, current));
  const well = old
    .filter((task) => healthy.includes(task))
    .slice(0, Math.min(spare, Math.max(0, wanted - sick.length)));
  stopAll(cloud, service, [...sick, ...well], `Scaling activity initiated by (deployment ${current.id})`);
}

/** If maximumPercent allows no more tasks, old tasks must stop before new ones start. */
function roomNeeded(service: Service, current: Deployment): number {
  const tasks = tasksOf(service).filter(alive);
  const missing = service.desiredCount - tasks.filter(belongsTo(current)).length;
  const room = limits(service).most - tasks.length;
  return missing > 0 ? Math.max(0, missing - Math.max(0, room)) : 0;
}

/** Limits that allow neither a stop nor a start block a deployment; ECS says so and waits for other limits. */
function complainOfLimits(cloud: Cloud, service: Service, current: Deployment): void {
  const tasks = tasksOf(service);
  const missing = tasks.filter(alive).filter(belongsTo(current)).length < service.desiredCount;
  const full = tasks.filter(alive).length >= limits(service).most;
  const moving = tasks.some((task) => !alive(task) || task.lastStatus !== 'RUNNING' || !isHealthy(cloud, task));
  if (!missing || !full || moving || current.blocked) return;
  current.blocked = true;
  addEvent(
    cloud,
    service,
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
  );
}

/** Completes the deployment and reports a steady state once the service is as requested. */
function settle(cloud: Cloud, service: Service, current: Deployment): void {
  const tasks = tasksOf(service);
  const own = tasks.filter(alive).filter(belongsTo(current));
  for (const older of service.deployments) {
    if (older === current) continue;
    const rest = tasks.filter(belongsTo(older)).some((task) => alive(task) || isRunning(task));
    if (!rest) service.deployments = service.deployments.filter((deployment) => deployment !== older);
  }
  const ready = own.length === service.desiredCount && own.every((task) => isHealthy(cloud, task));
  if (!ready || service.deployments.length > 1 || tasks.some(draining)) {
    service.steady = false;
    return;
  }
  if (current.rolloutState === 'IN_PROGRESS') complete(cloud, service, current);
  if (service.steady) return;
  service.steady = true;
  addEvent(cloud, service, 'has reached a steady state.');
}

function complete(cloud: Cloud, service: Service, current: Deployment): void {
  current.rolloutState = 'COMPLETED';
  current.rolloutStateReason = `ECS deployment ${current.id} completed.`;
  current.updatedAt = cloud.date();
  service.lastCompleted = current.revision;
  finishRecord(cloud, current.record, current.record.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
  addEvent(cloud, service, `(deployment ${current.id}) deployment completed.`);
}

/** For a deleted service: stops all tasks, then sets it to INACTIVE. */
function drain(cloud: Cloud, service: Service): void {
  const tasks = tasksOf(service);
  stopAll(
    cloud,
    service,
    tasks.filter(alive),
    `Scaling activity initiated by (deployment ${primary(service)?.id ?? ''})`,
  );
  // "After all tasks have transitioned to either STOPPING or STOPPED status" (DeleteService).
  if (!tasks.every(({ lastStatus }) => lastStatus === 'STOPPING' || lastStatus === 'DEPROVISIONING')) return;
  service.status = 'INACTIVE';
  service.deployments = [];
  // "Amazon ECS deletes the service revision when you delete a service"; "the tags are deleted as well".
  service.revisions.clear();
  cloud.tags.delete(service.arn);
  cloud.after(inactiveServiceRetentionMs, () => {
    const { services } = service.cluster;
    if (services.get(service.name) === service) services.delete(service.name);
  });
}
