import type { Deployment, Service, ServiceEvent, Task } from '@aws-sdk/client-ecs';
import { nameIn } from '../../model/arn.ts';
import { second } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { DeploymentLearned } from '../../model/run-state.ts';
import { primaryOf } from '../../model/service.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { listTasks, readTasks } from './task.ts';

/** Describes a service; a Failure when there is none, or none that can be updated. */
export async function readService(aws: Aws, place: Place): Promise<Service> {
  const found = await findService(aws, place);
  if (isAbsent(found)) throw absent(found.because, place);
  return found;
}

/** Why there is no service that can be updated. */
export interface Absent {
  readonly because: string;
  /** What ECS says of it; absent when it shows none. */
  readonly status?: string;
  /** ECS still shows it, as one that has been deleted. That it shows nothing can also be an answer in part. */
  readonly deleted: boolean;
}

export const isAbsent = (found: Service | Absent): found is Absent => 'because' in found;

/** Describes a service, or says why there is none that can be updated. */
export async function findService(aws: Aws, place: Place): Promise<Service | Absent> {
  const { cluster, service: name } = place;
  // The same call from everywhere, so that gates which are asked together share it.
  const answer = await aws.call(
    'ecs',
    'DescribeServices',
    { cluster, services: [name], include: ['TAGS'] },
    { doubtful: ({ services = [] }) => services.length === 0 },
  );
  const [service] = answer.services ?? [];
  if (service === undefined) {
    const reason = answer.failures?.[0]?.reason ?? 'no answer';
    return { because: `there is no service ${name} in cluster ${cluster} (${reason})`, deleted: false };
  }
  if (service.status === 'ACTIVE') return service;
  return {
    because: `service ${name} in cluster ${cluster} is ${service.status}`,
    deleted: true,
    status: service.status ?? 'UNKNOWN',
  };
}

function absent(because: string, { region, cluster }: Place): Failure {
  return new Failure('ecs:DescribeServices', {
    kind: 'refused-call',
    because,
    next: `Check cluster, service and region (aws ecs list-services --region ${region} --cluster ${cluster}); command: up creates a new service.`,
    inputs: ['cluster', 'service', 'region'],
  });
}

/** The service as ECS shows it at this moment, whatever its status; nothing when it shows none, which can be a late answer. */
export async function glimpseService(aws: Aws, { cluster, service: name }: Place): Promise<Service | undefined> {
  const input = { cluster, services: [name], include: ['TAGS' as const] };
  return (await aws.call('ecs', 'DescribeServices', input)).services?.[0];
}

/** Whether ECS is still busy with a deployment. Services behind a Classic Load Balancer have no rollout state. */
export function isSettled(service: Service): boolean {
  const primary = primaryOf(service);
  if (primary === undefined) return false;
  if (primary.rolloutState === 'COMPLETED') return true;
  if (primary.rolloutState !== undefined) return false;
  return service.deployments?.length === 1 && service.runningCount === service.desiredCount && !service.pendingCount;
}

/** A deployment in one line: what runs of it, and what still runs of the ones before. */
export function formatDeployment(service: Service, deployment: Deployment): string {
  const { desiredCount = 0, runningCount = 0, pendingCount = 0, failedTasks = 0, taskDefinition = '' } = deployment;
  const others = (service.deployments ?? []).filter((other) => other !== deployment);
  const old = others.reduce((sum, other) => sum + (other.runningCount ?? 0), 0);
  return [
    `${nameIn(taskDefinition)}: ${runningCount} of ${desiredCount} running`,
    pendingCount > 0 ? `${pendingCount} pending` : '',
    failedTasks > 0 ? `${failedTasks} failed` : '',
    old > 0 ? `${old} of the previous version still running` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The tasks of a deployment that have died, newest first, three at most. */
export async function readDead(aws: Aws, place: Place, deployment: Deployment): Promise<readonly Task[]> {
  return (await readOwn(aws, place, deployment, 'STOPPED'))
    .filter(hasDied)
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .slice(0, 3);
}

/** The task of a deployment that is furthest from being well, of those that are still wanted. */
export async function readStruggling(aws: Aws, place: Place, deployment: Deployment): Promise<readonly Task[]> {
  const wellness = ({ lastStatus, healthStatus }: Task): number =>
    lastStatus !== 'RUNNING' ? 0 : healthStatus === 'UNHEALTHY' ? 1 : 2;
  const tasks = await readOwn(aws, place, deployment, 'RUNNING');
  return tasks.toSorted((a, b) => wellness(a) - wellness(b)).slice(0, 1);
}

/** The tasks of a deployment, of all pages. A task of the same revision counts as one of it: ECS may start it anew. */
export async function readOwn(
  aws: Aws,
  { cluster, service: serviceName }: Place,
  deployment: Deployment,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<readonly Task[]> {
  const taskArns = await listTasks(aws, cluster, { serviceName }, desiredStatus);
  const tasks = taskArns.length === 0 ? [] : await readTasks(aws, cluster, taskArns);
  return tasks.filter(
    (task) => task.startedBy === deployment.id || task.taskDefinitionArn === deployment.taskDefinition,
  );
}

/** A task that was stopped by a user or by scale-in did not fail. */
const hasDied = ({ stopCode, stoppedReason = '' }: Task): boolean =>
  stopCode !== 'UserInitiated' && !/^Scaling activity\b/.test(stoppedReason);

export function evidenceOfDeployment(deployment: Deployment): Evidence {
  return {
    kind: 'deployment',
    id: deployment.id ?? 'unknown',
    taskDefinition: nameIn(deployment.taskDefinition ?? ''),
    state: deployment.rolloutState ?? deployment.status ?? 'UNKNOWN',
    ...defined({ because: deployment.rolloutStateReason }),
    desired: deployment.desiredCount ?? 0,
    running: deployment.runningCount ?? 0,
    failed: deployment.failedTasks ?? 0,
  };
}

/** Events that say that something is wrong; the texts change, so only what is shown hangs on them. */
const isTrouble = ({ message = '' }: ServiceEvent): boolean =>
  /unable|fail|unhealthy|rolling back|error|impaired/i.test(message);

type OurDeployment = Pick<DeploymentLearned, 'id' | 'startedAt'>;

/** The last events of a deployment that say what is wrong, oldest first. */
export function troubleOf(service: Service, deployment: OurDeployment): readonly Evidence[] {
  return eventsOf(service, deployment).filter(isTrouble).slice(-6).map(evidenceOfEvent);
}

/** The events of a service since a deployment of it began, less those that name another deployment; oldest first. */
export function eventsOf(service: Service, { id, startedAt }: OurDeployment): readonly ServiceEvent[] {
  return (
    (service.events ?? [])
      .filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= startedAt - second)
      .filter(({ message = '' }) => !isOfAnother(message, id))
      // They come newest first, and several have the same moment.
      .toReversed()
      .toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))
  );
}

/** Reports each event of a deployment once; returns the ids of all that were reported. */
export function reportEvents(
  service: Service,
  deployment: OurDeployment & { readonly seenEvents: readonly string[] },
  report: (event: Event) => void,
): readonly string[] {
  const seen = new Set(deployment.seenEvents);
  for (const event of eventsOf(service, deployment)) {
    const id = event.id ?? `${event.createdAt?.getTime()} ${event.message}`;
    if (seen.has(id)) continue;
    seen.add(id);
    report({ kind: 'service-event', happened: event.createdAt?.getTime() ?? 0, message: event.message ?? '' });
  }
  return [...seen];
}

/** The one that ECS rolls back to is named because ours has failed. */
function isOfAnother(message: string, id: string): boolean {
  const named = /\(deployment (ecs-svc\/\d+)\)/.exec(message)?.[1];
  return named !== undefined && named !== id && !/rolling back to/.test(message);
}

const evidenceOfEvent = (event: ServiceEvent): Evidence => ({
  kind: 'service-event',
  happened: event.createdAt?.getTime() ?? 0,
  message: event.message ?? '',
});
