import type { Artifact } from './artifact.ts';

import type { JsonObject } from './json.ts';

/** A tag of a resource. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A CloudWatch alarm. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly kind: 'metric' | 'composite';
  readonly settings: Readonly<Record<string, unknown>>;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  stateReason: string;
  stateUpdatedAt: Date;
}

/** An ECS cluster and what runs in it. */
export interface Cluster {
  readonly name: string;
  readonly arn: string;
  readonly settings: unknown;
  readonly configuration: unknown;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: unknown;
  readonly instances: Map<string, ContainerInstance>;
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
}

/** An EC2 instance that is registered with a cluster. */
export interface ContainerInstance {
  readonly arn: string;
  readonly ec2InstanceId: string;
  readonly subnet: Subnet;
  readonly address: string;
  readonly cpu: number;
  readonly memory: number;
  readonly capacityProviderName: string | undefined;
  readonly registeredAt: Date;
  status: 'ACTIVE' | 'DRAINING';
  agentConnected: boolean;
}

/** The members of a service revision; a change of any of them is a new deployment. */
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
  /** No task is started before this time. */
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
  /** The deployment configuration at its start. */
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
  /** An alarm was in ALARM at its start, in which case ECS ignores the alarms. */
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
  /** The request that created it, in canonical form. */
  readonly request: string;
  /** The answers of DescribeServiceRevisions, by ARN; `records` are those of ListServiceDeployments, newest first. */
  readonly revisions: Map<string, Revision>;
  readonly records: ServiceDeployment[];
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** All settings of CreateService and UpdateService, by name. */
  settings: JsonObject;
  desiredCount: number;
  deployments: Deployment[];
  events: readonly ServiceEvent[];
  lastCompleted: Revision | undefined;
  steady: boolean;
  reconciling: boolean;
}

/** The states of a task, in order. */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** The health of a container or a task. */
export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/** A port of a container on its host. */
export interface NetworkBinding {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: string;
}

/** A container of a task. */
export interface Container {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly definition: JsonObject;
  readonly essential: boolean;
  readonly artifact: Artifact;
  bindings: readonly NetworkBinding[];
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  healthStatus: HealthStatus;
  failedChecks: number;
  startedAt?: number;
  digest?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
}

/** A task: its placement, its owner and its state. */
export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderName: string | undefined;
  readonly platformVersion: string | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly overrides: JsonObject;
  readonly enableExecuteCommand: boolean;
  readonly cpu: number;
  readonly memory: number;
  readonly zone: string;
  readonly networkInterface: NetworkInterface | undefined;
  readonly instance: ContainerInstance | undefined;
  readonly containers: readonly Container[];
  readonly service: Service | undefined;
  readonly deployment: Deployment | undefined;
  readonly createdAt: number;
  visibleFrom: number;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  version: number;
  healthyOnce: boolean;
  counted: boolean;
  connectivityAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: string;
  stoppedReason?: string;
}

/** All revisions of a family; a number is never used twice, even after its revision was deregistered. */
export interface Family {
  readonly name: string;
  readonly revisions: Map<number, TaskDefinition>;
  last: number;
}

/** A registered revision. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** As returned by DescribeTaskDefinition. */
  readonly document: JsonObject;
  readonly containers: readonly JsonObject[];
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none';
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  deregisteredAt?: Date;
  deleteRequestedAt?: Date;
}

/** A subnet of a VPC, in one availability zone. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  /** Addresses used by others. */
  readonly taken: number;
  nextHost: number;
}

/** An elastic network interface of a task. */
export interface NetworkInterface {
  readonly id: string;
  readonly attachmentId: string;
  readonly subnet: Subnet;
  readonly address: string;
  readonly macAddress: string;
  readonly securityGroups: readonly string[];
  status: 'PRECREATED' | 'ATTACHING' | 'ATTACHED' | 'DELETED';
}

/** A load balancer, its listeners and their rules. */
export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly type: 'application' | 'network' | 'gateway';
  readonly scheme: string;
  readonly vpcId: string;
  readonly subnets: readonly Subnet[];
  readonly createdAt: Date;
  readonly listeners: Listener[];
}

/** A forward action: target groups and their weights. */
export type Forward = readonly { readonly targetGroupArn: string; readonly weight: number }[];

/** What requests do at a rule. */
export interface RuleActions {
  /** As DescribeRules returns them. */
  readonly actions: readonly JsonObject[];
  /** The target groups of the forward action; none for a redirect or a fixed response. */
  readonly forward: Forward;
}

/** A port of a load balancer. */
export interface Listener {
  readonly arn: string;
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
  readonly protocol: string;
  readonly rules: Rule[];
}

/** A rule of a listener; the default one is the last. */
export interface Rule {
  readonly arn: string;
  readonly priority: number | 'default';
  /** As DescribeRules returns them. */
  conditions: readonly JsonObject[];
  does: RuleActions;
  /** What requests still do for some seconds after a change. */
  inEffect: RuleActions;
  /** Counts the changes; a late one never replaces a later one. */
  changes: number;
}

/** The health check of a target group; times in seconds, as in the API. */
export interface HealthCheck {
  enabled: boolean;
  protocol: string;
  port: string;
  path: string | undefined;
  interval: number;
  timeout: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  matcher: string;
}

/** A target group. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'ip' | 'instance' | 'lambda' | 'alb';
  /** `HTTP1`, `HTTP2` or `GRPC`; only of HTTP and HTTPS. */
  readonly protocolVersion: string | undefined;
  readonly healthCheck: HealthCheck;
  readonly attributes: Map<string, string>;
  readonly targets: Map<string, Target>;
}

/** A registered target with the results of its health checks. */
export interface Target {
  readonly id: string;
  readonly port: number;
  readonly zone: string;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  reason: string | undefined;
  description: string | undefined;
  passed: number;
  failed: number;
}

/** The state returned by DescribeTargetHealth. */
export interface TargetHealth {
  readonly state: string;
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

/** A log line; times in milliseconds since the epoch. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
}

/** The lines of one writer, oldest first. */
export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  events: readonly LogEvent[];
}

/** A log group of CloudWatch Logs. */
export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly streams: Map<string, LogStream>;
}

/** A schedule of EventBridge Scheduler; its settings are those of GetSchedule. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly token: string | undefined;
  readonly settings: JsonObject;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** A repository of the account's registry. */
export interface Repository {
  readonly name: string;
  readonly images: readonly Image[];
}

/** An image, or with `platforms` a list of one for each. */
export interface Image {
  readonly digest: string;
  readonly tags: readonly string[];
  /** As Docker writes them: `linux/amd64`. */
  readonly platforms?: readonly string[];
  readonly pushedAt: Date;
}

/** A Secrets Manager secret, without its value. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  /** Scheduled for deletion. */
  readonly deleted: boolean;
}

/** Temporary keys; after their expiry AWS refuses requests signed with them. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  /** The ARN of the caller. */
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Who may assume a role, and for how long. A role without a record exists and trusts all callers. */
export interface Role {
  readonly arn: string;
  /** `keys`: by AssumeRole; `web-identity`: by AssumeRoleWithWebIdentity. Both when absent. */
  readonly trusts?: readonly ('keys' | 'web-identity')[];
  /** The services that its trust policy names, such as `ecs-tasks.amazonaws.com`; none when absent. */
  readonly services?: readonly string[];
  readonly externalId?: string;
  /** The required claim `sub` of a web identity; any if absent. */
  readonly subject?: string;
  /** 3600 when absent, as in IAM. */
  readonly maxSessionSeconds?: number;
}
