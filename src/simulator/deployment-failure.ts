import type { Cloud } from './cloud.ts';
import { flag, number, object, texts } from './json.ts';
import type { Deployment, Revision, Service, ServiceDeployment } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { addEvent } from './service-events.ts';

/** The circuit breaker and the deployment alarms; whether either of them ended the deployment. */
export function watchForFailure(cloud: Cloud, service: Service, current: Deployment): boolean {
  if (current.rolloutState !== 'IN_PROGRESS') return current.rolloutState === 'FAILED';
  const configuration = object(service.settings.deploymentConfiguration);
  const breaker = object(configuration.deploymentCircuitBreaker);
  if (flag(breaker.enable) === true && current.failedTasks >= breakerThreshold(service)) {
    current.record.tripped = true;
    failDeployment(cloud, service, current, {
      who: 'ECS deployment circuit breaker',
      why: 'tasks failed to start.',
      rollback: flag(breaker.rollback) === true,
      told: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    });
    return true;
  }
  const alarms = object(configuration.alarms);
  const { record } = current;
  const watching = flag(alarms.enable) === true && !record.ignoresAlarms && record.rollback === undefined;
  const ringing = ringingAlarms(cloud, service);
  if (watching && ringing.length > 0) {
    current.record.triggeredAlarms = ringing;
    const rollback = flag(alarms.rollback) === true;
    failDeployment(cloud, service, current, { who: 'ECS deployment alarms', why: 'alarm detected.', rollback });
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

interface Failing {
  readonly who: string;
  readonly why: string;
  readonly rollback: boolean;
  /** The status reason of the service deployment after a rollback, if known. */
  readonly told?: string;
}

function failDeployment(
  cloud: Cloud,
  service: Service,
  failed: Deployment,
  { who, why, rollback, told }: Failing,
): void {
  const { record } = failed;
  failed.rolloutState = 'FAILED';
  failed.rolloutStateReason = `${who}: ${why}`;
  failed.updatedAt = cloud.date();
  addEvent(cloud, service, `(deployment ${failed.id}) deployment failed: ${why}`);
  const good = service.lastCompleted;
  if (record.rollback !== undefined) finishRecord(cloud, record, 'ROLLBACK_FAILED', failed.rolloutStateReason);
  else if (!rollback) finishRecord(cloud, record, 'STOPPED', failed.rolloutStateReason);
  else if (good === undefined || good === failed.revision) finishRecord(cloud, record, 'ROLLBACK_FAILED', noWayBack);
  else rollBack(cloud, service, failed, good, { reason: `${who}: rolling back to deploymentId `, told });
}

/** ECS's reason if there was no successful deployment before. */
const noWayBack = 'No rollback candidate was found to run the rollback.';

/** Rolls the service back to the last successfully deployed revision, in a new deployment. */
function rollBack(
  cloud: Cloud,
  service: Service,
  failed: Deployment,
  good: Revision,
  { reason, told = failed.rolloutStateReason }: { readonly reason: string; readonly told?: string | undefined },
): void {
  const { record } = failed;
  record.status = 'ROLLBACK_IN_PROGRESS';
  record.statusReason = told;
  record.updatedAt = cloud.date();
  record.rollback = { reason: told, startedAt: cloud.date(), serviceRevisionArn: good.arn };
  service.settings = { ...service.settings, ...good.settings };
  const deployment = addDeployment(cloud, service, good, record);
  deployment.rolloutStateReason = `${reason}${deployment.id}.`;
  addEvent(cloud, service, `rolling back to (deployment ${deployment.id})`);
  noteServiceTask(cloud, service);
}

/** A deployment that the scheduler sees for the first time is begun; one that StopServiceDeployment stopped is not gone on with. */
export function beginOrStop(cloud: Cloud, service: Service, current: Deployment): 'begun' | 'stopped' {
  const { record } = current;
  if (record.status === 'ROLLBACK_REQUESTED') {
    stopDeployment(cloud, service, current);
    return 'stopped';
  }
  if (record.status === 'PENDING') {
    record.status = 'IN_PROGRESS';
    record.startedAt = cloud.date();
    record.updatedAt = cloud.date();
  }
  return 'begun';
}

/** Goes back from a deployment that is under way, as StopServiceDeployment asks for. */
function stopDeployment(cloud: Cloud, service: Service, current: Deployment): void {
  current.rolloutState = 'FAILED';
  current.rolloutStateReason = 'Service deployment rolled back because it was stopped.';
  const good = service.lastCompleted;
  const reason = 'Service deployment was stopped: rolling back to deploymentId ';
  if (good === undefined) finishRecord(cloud, current.record, 'ROLLBACK_FAILED', noWayBack);
  else rollBack(cloud, service, current, good, { reason });
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
    blocked: false,
  };
  service.deployments = [deployment, ...service.deployments];
  service.steady = false;
  return deployment;
}

/** Ends the record of a deployment. */
export function finishRecord(cloud: Cloud, record: ServiceDeployment, status: string, reason?: string): void {
  record.status = status;
  record.statusReason = reason ?? record.statusReason;
  record.updatedAt = cloud.date();
  record.finishedAt = cloud.date();
  if (status === 'STOPPED') record.stoppedAt = cloud.date();
}
