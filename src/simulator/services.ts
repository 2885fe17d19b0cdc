import type { Cluster } from './clusters.ts';
import type { JsonObject } from './json.ts';
import type { TaskDefinition } from './task-definitions.ts';
import type { Task } from './tasks.ts';

/** What a service revision fixes; a change of any of it is a new deployment. */
export interface Revision {
  readonly arn: string;
  readonly id: string;
  readonly taskDefinition: TaskDefinition;
  readonly settings: JsonObject;
  readonly createdAt: Date;
}

/** A deployment as DescribeServices lists it. */
export interface Deployment {
  readonly id: string;
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly record: ServiceDeployment;
  status: 'PRIMARY' | 'ACTIVE';
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  updatedAt: Date;
  /** Tasks that failed one after the other; a healthy one resets it. */
  failedTasks: number;
  /** No task is started before this moment. */
  notBefore: number;
  impaired: boolean;
  blocked: boolean;
}

/** A deployment as DescribeServiceDeployments shows it; a rollback belongs to the deployment that failed. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly createdAt: Date;
  source: readonly Revision[];
  readonly target: Revision;
  /** The deployment configuration that it was begun with. */
  readonly configuration: JsonObject;
  status: string;
  statusReason: string | undefined;
  updatedAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  stoppedAt?: Date;
  rollback?: { readonly reason: string; readonly startedAt: Date; readonly serviceRevisionArn: string };
  /** The circuit breaker ended it. */
  tripped: boolean;
  triggeredAlarms: readonly string[];
  /** An alarm was ringing already when it began: then ECS does not watch them. */
  readonly ignoresAlarms: boolean;
  failureCount: number;
}

/** An event of a service. */
export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: Date;
  readonly message: string;
}

/** An ECS service. */
export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  createdAt: Date;
  /** The request that made it, in one spelling. */
  readonly request: string;
  /** What DescribeServiceRevisions tells of, by ARN; `records` is what ListServiceDeployments does, the newest first. */
  readonly revisions: Map<string, Revision>;
  readonly records: ServiceDeployment[];
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** Everything that CreateService and UpdateService set, under their names. */
  settings: JsonObject;
  desiredCount: number;
  deployments: Deployment[];
  events: readonly ServiceEvent[];
  lastCompleted: Revision | undefined;
  steady: boolean;
  reconciling: boolean;
}

/** The tasks of a service that have not stopped. */
export function tasksOf(service: Service): readonly Task[] {
  return [...service.cluster.tasks.values()].filter(
    (task) => task.service === service && task.lastStatus !== 'STOPPED',
  );
}

/** The deployment that the service is to arrive at. */
export function primary(service: Service): Deployment | undefined {
  return service.deployments.find((deployment) => deployment.status === 'PRIMARY');
}

/** Whether one task of the service runs on each container instance. */
export const isDaemon = (service: Service): boolean => service.settings.schedulingStrategy === 'DAEMON';

/** How many tasks a daemon has in that cluster: one on each ACTIVE instance; placement constraints are not modelled. */
export const daemonCount = (cluster: Cluster): number =>
  [...cluster.instances.values()].filter((instance) => instance.status === 'ACTIVE').length;
