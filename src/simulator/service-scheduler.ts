import type { Cloud } from './cloud.ts';
import { flag, number, object, objects, text, texts } from './json.ts';
import { pace, unwatchedTaskHealthyMs } from './pace.ts';
import { addEvent } from './service-events.ts';
import { registrationsOf, targetsOf } from './service-targets.ts';
import { type Deployment, primary, type Revision, type Service, type ServiceDeployment, tasksOf } from './services.ts';
import { putTags, tagsOf } from './tags.ts';
import { beginTask, stopTask } from './task-lifecycle.ts';
import { placeTask } from './task-placement.ts';
import { healthCheckOf, healthOf, isRunning, type Task } from './tasks.ts';

/** Something happened to a task of the service: the scheduler will look at it soon. */
export function noteServiceTask(cloud: Cloud, service: Service): void {
  if (service.reconciling || service.status === 'INACTIVE') return;
  service.reconciling = true;
  cloud.within(pace.schedulerReaction, () => {
    service.reconciling = false;
    reconcile(cloud, service);
  });
}

/** One look of the scheduler at a service, and the next step towards what was asked for. */
function reconcile(cloud: Cloud, service: Service): void {
  if (service.status === 'DRAINING') {
    drain(cloud, service);
    return;
  }
  const current = primary(service);
  if (service.status !== 'ACTIVE' || current === undefined) return;
  countOutcomes(cloud, service, current);
  if (watchForFailure(cloud, service, current)) return;
  replaceUnhealthy(cloud, service);
  stopSurplus(cloud, service, current);
  startMissing(cloud, service, current);
  retireOld(cloud, service, current);
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

/** The circuit breaker and the deployment alarms; whether either of them ended the deployment. */
function watchForFailure(cloud: Cloud, service: Service, current: Deployment): boolean {
  if (current.rolloutState !== 'IN_PROGRESS') return current.rolloutState === 'FAILED';
  const configuration = object(service.settings.deploymentConfiguration);
  const breaker = object(configuration.deploymentCircuitBreaker);
  if (flag(breaker.enable) === true && current.failedTasks >= breakerThreshold(service)) {
    failDeployment(
      cloud,
      service,
      current,
      'ECS deployment circuit breaker',
      'tasks failed to start.',
      flag(breaker.rollback) === true,
    );
    return true;
  }
  const alarms = object(configuration.alarms);
  const { record } = current;
  const watching = flag(alarms.enable) === true && !record.ignoresAlarms && record.rollback === undefined;
  const ringing = ringingAlarms(cloud, service);
  if (watching && ringing.length > 0) {
    current.record.triggeredAlarms = ringing;
    failDeployment(cloud, service, current, 'ECS deployment alarms', 'alarm detected.', flag(alarms.rollback) === true);
    return true;
  }
  return false;
}

/** The alarms of the service's deployment configuration that are in ALARM. */
export function ringingAlarms(cloud: Cloud, service: Service): readonly string[] {
  const names = texts(object(object(service.settings.deploymentConfiguration).alarms).alarmNames);
  return names.filter((name) => cloud.alarms.get(name)?.state === 'ALARM');
}

/** "The default threshold is half of the desired count, at least 3 and at most 200." */
export function breakerThreshold(service: Service): number {
  const breaker = object(object(service.settings.deploymentConfiguration).deploymentCircuitBreaker);
  const threshold = object(breaker.thresholdConfiguration);
  const value = number(threshold.value) ?? 50;
  if (threshold.type === 'COUNT') return value;
  const share = Math.ceil((service.desiredCount * value) / 100);
  return threshold.type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}

function failDeployment(
  cloud: Cloud,
  service: Service,
  failed: Deployment,
  who: string,
  why: string,
  rollback: boolean,
): void {
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = `${who}: ${why}`;
  failed.updatedAt = cloud.date();
  addEvent(cloud, service, `(deployment ${failed.id}) deployment failed: ${why}`);
  const good = service.lastCompleted;
  if (!rollback || good === undefined || good === failed.revision) {
    finishRecord(
      cloud,
      failed.record,
      failed.record.rollback === undefined ? 'STOPPED' : 'ROLLBACK_FAILED',
      failed.rolloutStateReason,
    );
    return;
  }
  rollBack(cloud, service, failed, good, `${who}: rolling back to deploymentId `);
}

/** The service goes back to the last revision that was deployed successfully, in a deployment of its own. */
function rollBack(cloud: Cloud, service: Service, failed: Deployment, good: Revision, reason: string): void {
  const { record } = failed;
  record.status = 'ROLLBACK_IN_PROGRESS';
  record.statusReason = failed.rolloutStateReason;
  record.updatedAt = cloud.date();
  record.rollback = { reason: failed.rolloutStateReason, startedAt: cloud.date(), serviceRevisionArn: good.arn };
  service.settings = { ...service.settings, ...good.settings };
  const deployment = addDeployment(cloud, service, good, record);
  deployment.rolloutStateReason = `${reason}${deployment.id}.`;
  addEvent(cloud, service, `rolling back to (deployment ${deployment.id})`);
  noteServiceTask(cloud, service);
}

/** Stops a deployment that is under way and goes back, as StopServiceDeployment does. */
export function stopDeployment(cloud: Cloud, service: Service, current: Deployment): void {
  current.rolloutState = 'FAILED';
  current.rolloutStateReason = 'Service deployment rolled back because it was stopped.';
  const good = service.lastCompleted;
  if (good === undefined) finishRecord(cloud, current.record, 'STOPPED', current.rolloutStateReason);
  else rollBack(cloud, service, current, good, 'Service deployment was stopped: rolling back to deploymentId ');
}

/** Makes a deployment the primary one; those before it go on only until their tasks are replaced. */
export function addDeployment(
  cloud: Cloud,
  service: Service,
  revision: Revision,
  record: ServiceDeployment,
): Deployment {
  for (const older of service.deployments) older.status = 'ACTIVE';
  const id = `ecs-svc/${cloud.random.digits(19)}`;
  const deployment: Deployment = {
    id,
    revision,
    createdAt: cloud.date(),
    record,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    updatedAt: cloud.date(),
    failedTasks: 0,
    notBefore: cloud.now(),
    impaired: false,
  };
  service.deployments = [deployment, ...service.deployments];
  service.steady = false;
  return deployment;
}

function finishRecord(cloud: Cloud, record: ServiceDeployment, status: string, reason?: string): void {
  record.status = status;
  record.statusReason = reason ?? record.statusReason;
  record.updatedAt = cloud.date();
  record.finishedAt = cloud.date();
  if (status === 'STOPPED') record.stoppedAt = cloud.date();
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

/** More tasks than were asked for: the newest of the primary deployment go. */
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

function startServiceTask(cloud: Cloud, service: Service, deployment: Deployment): Task | undefined {
  const { settings, taskDefinition } = deployment.revision;
  const strategy = objects(service.settings.capacityProviderStrategy);
  const provider = text(
    [...strategy].sort((a, b) => (number(b.weight) ?? 0) - (number(a.weight) ?? 0))[0]?.capacityProvider,
  );
  const fargate = provider?.startsWith('FARGATE') ?? service.settings.launchType === 'FARGATE';
  const placed = placeTask(cloud, {
    cluster: service.cluster,
    definition: taskDefinition,
    launchType: fargate ? 'FARGATE' : 'EC2',
    capacityProviderName: provider,
    platformVersion: text(settings.platformVersion),
    networkConfiguration: settings.networkConfiguration,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    enableExecuteCommand: flag(service.settings.enableExecuteCommand) ?? false,
    service,
    deployment,
  });
  if (!('id' in placed)) {
    const [why] = placed;
    unplaced(cloud, service, deployment, why?.reason ?? 'No Container Instances were found in your cluster.', why?.arn);
    return undefined;
  }
  const propagate = text(service.settings.propagateTags);
  if (propagate === 'SERVICE') putTags(cloud, placed.arn, tagsOf(cloud, service.arn));
  if (propagate === 'TASK_DEFINITION') putTags(cloud, placed.arn, tagsOf(cloud, taskDefinition.arn));
  beginTask(cloud, placed);
  return placed;
}

const lacks: Readonly<Record<string, string>> = {
  'RESOURCE:CPU': 'has insufficient CPU units available',
  'RESOURCE:MEMORY': 'has insufficient memory available',
  'RESOURCE:PORTS': 'is already using a port required by your task',
  AGENT: 'encountered error "AGENT"',
};

/** "A task is considered a failure if the service scheduler can't launch the task" (Deployment.failedTasks). */
function unplaced(cloud: Cloud, service: Service, deployment: Deployment, reason: string, instance?: string): void {
  const met = 'was unable to place a task because no container instance met all of its requirements.';
  const closest = `The closest matching (container-instance ${instance?.split('/').at(-1)}) ${lacks[reason] ?? reason}.`;
  const text = instance === undefined ? `was unable to place a task. Reason: ${reason}.` : `${met} ${closest}`;
  addEvent(
    cloud,
    service,
    `${text} For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
  );
  if (deployment.rolloutState === 'IN_PROGRESS') {
    deployment.failedTasks++;
    deployment.record.failureCount++;
  }
  deployment.notBefore = cloud.moment(cloud.random.between(...pace.placementRetry));
  noteAt(cloud, service, deployment.notBefore);
}

/** The scheduler looks again when that moment has come. */
function noteAt(cloud: Cloud, service: Service, moment: number): void {
  cloud.at(moment, () => noteServiceTask(cloud, service));
}

/** Old tasks go as soon as enough healthy ones are there; those that are not healthy go first. */
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

/** With little head-room above the desired count old tasks must go before new ones can come. */
function roomNeeded(service: Service, current: Deployment): number {
  const tasks = tasksOf(service).filter(alive);
  const missing = service.desiredCount - tasks.filter(of(current)).length;
  const room = limits(service).most - tasks.length;
  return missing > 0 ? Math.max(0, missing - Math.max(0, room)) : 0;
}

/** Whether everything is as it was asked for: then the deployment is completed, and the service steady. */
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

/** A service that was deleted: all tasks go, then it is INACTIVE. */
function drain(cloud: Cloud, service: Service): void {
  const tasks = tasksOf(service);
  stopAll(
    cloud,
    service,
    tasks.filter(alive),
    `Scaling activity initiated by (deployment ${primary(service)?.id ?? ''})`,
  );
  if (tasks.length > 0) return;
  service.status = 'INACTIVE';
  service.deployments = [];
}
