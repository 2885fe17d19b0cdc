import type { Cloud } from './cloud.ts';
import { flag, number, object } from './json.ts';
import { unwatchedTaskHealthyMs } from './pace.ts';
import type { Deployment, Service, Task } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { addEvent } from './service-events.ts';
import { noteAt, startServiceTask } from './service-placement.ts';
import { registrationsOf, targetsOf } from './service-targets.ts';
import { primary, tasksOf } from './services.ts';
import { stopTask } from './task-lifecycle.ts';
import { healthCheckOf, healthOf } from './tasks.ts';

/** Whether ECS wants the task to run. */
export const alive = (task: Task): boolean => task.desiredStatus === 'RUNNING';
/** Whether the task is leaving its target groups. */
export const draining = (task: Task): boolean => task.lastStatus === 'DEACTIVATING';
/** Whether a task belongs to a deployment. */
export const belongsTo = (deployment: Deployment) => (task: Task) => task.deployment === deployment;

/** Whether the scheduler counts the task as healthy: its target groups, its containers, or 40 s without either. */
export function isHealthy(cloud: Cloud, task: Task): boolean {
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
export function countOutcomes(cloud: Cloud, service: Service, current: Deployment): void {
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
export function replaceUnhealthy(cloud: Cloud, service: Service): void {
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

/** Stops tasks on behalf of the scheduler, with one event for all. */
export function stopAll(cloud: Cloud, service: Service, tasks: readonly Task[], reason: string): void {
  if (tasks.length === 0) return;
  for (const task of tasks) stopTask(cloud, task, 'ServiceSchedulerInitiated', reason);
  addEvent(
    cloud,
    service,
    `has stopped ${tasks.length} running tasks: ${tasks.map((task) => `(task ${task.id})`).join(' ')}.`,
  );
}

/** If there are too many tasks, stops the newest of the primary deployment. */
export function stopSurplus(cloud: Cloud, service: Service, current: Deployment): void {
  const own = tasksOf(service).filter(alive).filter(belongsTo(current));
  const surplus = own.slice(service.desiredCount);
  stopAll(cloud, service, surplus, `Scaling activity initiated by (deployment ${current.id})`);
}

/** Starts tasks of a deployment, as far as there is room for them. */
export function startUpTo(cloud: Cloud, service: Service, current: Deployment, count: number): void {
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
