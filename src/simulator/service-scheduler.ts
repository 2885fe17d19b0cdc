import type { Cloud } from './cloud.ts';
import { beginOrStop, finishRecord, watchForFailure } from './deployment-failure.ts';
import { flag, number, object } from './json.ts';
import { inactiveServiceRetentionMs, unwatchedTaskHealthyMs } from './pace.ts';
import type { Deployment, Service, Task } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { addEvent } from './service-events.ts';
import { noteAt, startServiceTask } from './service-placement.ts';
import { registrationsOf, targetsOf } from './service-targets.ts';
import { daemonCount, isDaemon, primary, tasksOf } from './services.ts';
import { stopTask } from './task-lifecycle.ts';
import { healthCheckOf, healthOf, isRunning } from './tasks.ts';

/** One step of the scheduler towards the requested state of a service. */
export function reconcile(cloud: Cloud, service: Service): void {
  if (service.status === 'DRAINING') {
    drain(cloud, service);
    return;
  }
  const current = primary(service);
  if (service.status !== 'ACTIVE' || current === undefined) return;
  if (isDaemon(service)) service.desiredCount = daemonCount(service.cluster);
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

const alive = (task: Task): boolean => task.desiredStatus === 'RUNNING';
const draining = (task: Task): boolean => task.lastStatus === 'DEACTIVATING';
const of = (deployment: Deployment) => (task: Task) => task.deployment === deployment;

/** Whether the scheduler counts the task as healthy: its target groups, its containers, or 40 s without either. */
function isHealthy(cloud: Cloud, task: Task): boolean {
  if (task.lastStatus !== 'RUNNING' || !alive(task)) return false;
  const balanced = registrationsOf(cloud, task).length > 0;
  const checked = task.containers.some((container) => container.essential && healthCheckOf(container) !== undefined);
  if (balanced && !targetsOf(cloud, task).healthy) return false;
  if (checked && healthOf(task) !== 'HEALTHY') return false;
  if (balanced || checked) return true;
  const age = cloud.since(task.startedAt ?? cloud.now());
  if (age >= unwatchedTaskHealthyMs) return true;
  cloud.after(unwatchedTaskHealthyMs - age, () => task.service !== undefined && noteServiceTask(cloud, task.service));
  return false;
}

/** Healthy tasks reset the count of failures, tasks that stopped on their own add to it. */
function countOutcomes(cloud: Cloud, service: Service, current: Deployment): void {
  const breaker = object(object(service.settings.deploymentConfiguration).deploymentCircuitBreaker);
  for (const task of service.cluster.tasks.values()) {
    if (task.service !== service || task.deployment !== current) continue;
    if (!task.healthyOnce && isHealthy(cloud, task)) {
      task.healthyOnce = true;
      if (flag(breaker.resetOnHealthyTask) !== false) current.failedTasks = 0;
      current.impaired = false;
    }
    if (task.counted || task.desiredStatus !== 'STOPPED' || task.stopCode === 'ServiceSchedulerInitiated') continue;
    task.counted = true;
    if (task.stopCode !== 'UserInitiated' && !task.healthyOnce) countFailure(cloud, service, current);
  }
}

function countFailure(cloud: Cloud, service: Service, current: Deployment): void {
  current.failedTasks++;
  current.record.failureCount++;
  const pause = current.failedTasks < 3 ? 0 : Math.min(900_000, 5_000 * 2 ** (current.failedTasks - 3));
  current.notBefore = Math.max(current.notBefore, cloud.moment(pause));
  if (current.failedTasks < 3 || current.impaired) return;
  current.impaired = true;
  addEvent(
    cloud,
    service,
    'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  );
}

/** A running task that its target group or its own containers call unhealthy is stopped, after the grace period. */
function replaceUnhealthy(cloud: Cloud, service: Service): void {
  const graceMs = (number(service.settings.healthCheckGracePeriodSeconds) ?? 0) * 1000;
  for (const task of tasksOf(service)) {
    if (!alive(task) || task.lastStatus !== 'RUNNING') continue;
    const { unhealthy } = targetsOf(cloud, task);
    const sick = healthOf(task) === 'UNHEALTHY';
    if (unhealthy === undefined && !sick) continue;
    const grace = graceMs - cloud.since(task.startedAt ?? cloud.now());
    if (grace > 0) {
      cloud.after(grace, () => noteServiceTask(cloud, service));
      continue;
    }
    const current = primary(service);
    if (task.deployment === current && current !== undefined && !task.healthyOnce)
      countFailure(cloud, service, current);
    task.counted = true;
    if (unhealthy !== undefined) {
      const where = `(task ${task.id}) (port ${unhealthy.port}) is unhealthy in (target-group ${unhealthy.group.arn})`;
      addEvent(cloud, service, `${where} due to (reason ${unhealthy.reason})`);
      stopAll(cloud, service, [task], `Task failed ELB health checks in (target-group ${unhealthy.group.arn})`);
    } else {
      stopAll(cloud, service, [task], 'Task failed container health checks');
    }
  }
}

function stopAll(cloud: Cloud, service: Service, tasks: readonly Task[], reason: string): void {
  if (tasks.length === 0) return;
  for (const task of tasks) stopTask(cloud, task, 'ServiceSchedulerInitiated', reason);
  addEvent(
    cloud,
    service,
    `has stopped ${tasks.length} running tasks: ${tasks.map((task) => `(task ${task.id})`).join(' ')}.`,
  );
}

/** If there are too many tasks, stops the newest of the primary deployment. */
function stopSurplus(cloud: Cloud, service: Service, current: Deployment): void {
  const own = tasksOf(service).filter(alive).filter(of(current));
  const surplus = own.slice(service.desiredCount);
  stopAll(cloud, service, surplus, `Scaling activity initiated by (deployment ${current.id})`);
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
  const missing = service.desiredCount - tasks.filter(alive).filter(of(current)).length;
  const room = limits(service).most - tasks.filter((task) => alive(task) || draining(task)).length;
  const count = Math.min(missing, room);
  if (count <= 0) return;
  if (current.notBefore > cloud.now()) {
    noteAt(cloud, service, current.notBefore);
    return;
  }
  const started: Task[] = [];
  for (let index = 0; index < count; index++) {
    const task = startServiceTask(cloud, service, current);
    if (task === undefined) break;
    started.push(task);
  }
  if (started.length === 0) return;
  service.steady = false;
  addEvent(
    cloud,
    service,
    `has started ${started.length} tasks: ${started.map((task) => `(task ${task.id})`).join(' ')}.`,
  );
}

/** Stops old tasks once enough tasks are healthy, unhealthy ones first. */
function retireOld(cloud: Cloud, service: Service, current: Deployment): void {
  const tasks = tasksOf(service).filter(alive);
  const old = tasks.filter((task) => task.deployment !== current);
  if (old.length === 0) return;
  const healthy = tasks.filter((task) => isHealthy(cloud, task));
  const sick = old.filter((task) => !healthy.includes(task));
  const newHealthy = healthy.filter(of(current)).length;
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
  const missing = service.desiredCount - tasks.filter(of(current)).length;
  const room = limits(service).most - tasks.length;
  return missing > 0 ? Math.max(0, missing - Math.max(0, room)) : 0;
}

/** Limits that allow neither a stop nor a start block a deployment; ECS says so and waits for other limits. */
function complainOfLimits(cloud: Cloud, service: Service, current: Deployment): void {
  const tasks = tasksOf(service);
  const missing = tasks.filter(alive).filter(of(current)).length < service.desiredCount;
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
  const own = tasks.filter(alive).filter(of(current));
  for (const older of service.deployments) {
    if (older === current) continue;
    const rest = tasks.filter(of(older)).some((task) => alive(task) || isRunning(task));
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
