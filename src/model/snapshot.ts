import type { Service, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Orphan } from './acts.ts';
import type { Duration } from './duration.ts';
import type { NativeSnapshot } from './native.ts';
import type { Attachment, Target } from './targets.ts';
import type { Split, TrafficFound } from './traffic.ts';

/** The state of AWS before the plan is made. */
export interface Snapshot {
  readonly at: number;
  readonly service: Service;
  /** The revision that the service runs. */
  readonly stable: Revision;
  /** The requested revision, by its name or from the history of the service. */
  readonly given?: Revision;
  /** How it was found, if it was not named. */
  readonly why?: string;
  /** The revision to edit, if there are edits. */
  readonly base?: Revision;
  /** The target groups of the service, and how the canary is registered with each. */
  readonly attachments: readonly Attachment[];
  readonly alarms: readonly AlarmState[];
  /** Running canaries of this service that this process has not started. */
  readonly canaries: readonly Canary[];
  /** Stopped canaries; ECS shows them for an hour. */
  readonly ended: readonly Canary[];
  /** Orphan targets of stopped canaries. */
  readonly orphanTargets: readonly Orphan[];
  /** In a later attempt of a job: revisions that an earlier attempt may have registered. */
  readonly tried: readonly Revision[];
  /** The ARN of the container instance of `canary-instance-arn`. */
  readonly instance?: string;
  /** Whether Application Auto Scaling manages the desired count; read only if the request changes it. */
  readonly scaled?: 'yes' | 'no' | 'unknown';
  /** With fixed host ports on container instances: the instances on which they are free. */
  readonly portRoom?: PortRoom;
  /** For a strategy that follows service deployments, if ECS moves the traffic of the service. */
  readonly native?: NativeSnapshot;
  readonly lifetime: Lifetime;
  /** Read with the strategy `weighted`, and when a canary of a weighted rollout is there. */
  readonly traffic?: TrafficFound;
}

/** Instances on which the host ports of one more task are free; counts are absent if the call is denied. */
export interface PortRoom {
  readonly ports: readonly number[];
  /** Number of container instances that accept tasks. */
  readonly instances?: number;
  /** Number of these with all ports free. */
  readonly free?: number;
}

/** How long the AWS credentials are valid. */
export type Lifetime =
  /** They never expire, or are renewed. */
  | { readonly is: 'lasting' }
  /** `at` in milliseconds since the epoch. */
  | { readonly is: 'ending'; readonly at: number }
  /** The end of their session is unknown. */
  | { readonly is: 'unknown' };

/** The state of AWS before a one-off task is started. */
export interface RunSnapshot {
  readonly at: number;
  /** The service of the task, if there is one. */
  readonly service?: Service;
  /** Why the named service was not found. */
  readonly noService?: string;
  /** What the service runs. */
  readonly stable?: Revision;
  /** The newest ACTIVE revision of the family to register. */
  readonly newest?: Revision;
  /** The revision that is asked for by its name. */
  readonly given?: Revision;
  /** The revision to edit or to run. */
  readonly base?: Revision;
}

/** What AWS looks like before a revision is registered. */
export interface RegisterSnapshot {
  /** What is edited. */
  readonly base?: Revision;
  /** The newest ACTIVE revision of the family. */
  readonly newest?: Revision;
}

export interface Revision {
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

export interface AlarmState {
  readonly name: string;
  readonly state: 'ok' | 'in-alarm' | 'no-data' | 'missing';
  readonly because: string;
}

/** What earlier rollouts of a service left in the account. */
export interface SweepSnapshot extends Pick<Snapshot, 'at' | 'canaries' | 'orphanTargets'> {
  /** Targets in the service's target groups that belong neither to its tasks nor to a canary. */
  readonly unknownTargets: readonly (Target & { readonly state: string })[];
  /** Canary target groups that weighted rollouts of this service have left, or use. */
  readonly splits?: readonly Split[];
  /** Why the listener rules were not read. */
  readonly noRoutes?: string;
  /** Running one-off tasks of this service. */
  readonly oneOffs: readonly Canary[];
  /** Why the service was not found. */
  readonly noService?: string;
  /** The ARN of the service, if it was found. */
  readonly serviceArn?: string;
}

/** The state of AWS before a service is created. */
export interface UpSnapshot extends Pick<Snapshot, 'at' | 'attachments' | 'lifetime'> {
  /** The service of the name, when it is ACTIVE. */
  readonly service?: Service;
  /** What ECS says of it when it is not; absent when there is none. */
  readonly status?: string;
  /** The revision that is asked for by its name. */
  readonly given?: Revision;
  /** The newest ACTIVE revision of the family. */
  readonly newest?: Revision;
  /** Current users of its target groups; empty if sharing is allowed. */
  readonly tenants: readonly Tenants[];
}

/** Users of a target group. */
export interface Tenants {
  readonly targetGroup: string;
  /** Number of registered targets, without draining ones. */
  readonly targets: number;
  /** Names of other services of the cluster; `unknown` if listing is denied. */
  readonly services: readonly string[] | 'unknown';
}

/** Everything that belongs to a service that will be deleted. */
export interface UndeploySnapshot extends Pick<Snapshot, 'at' | 'canaries' | 'orphanTargets' | 'lifetime'> {
  /** The service, when it is ACTIVE. */
  readonly service?: Service;
  /** What ECS says of it when it is not; absent when there is none. */
  readonly status?: string;
  /** The targets of its tasks. */
  readonly targets: readonly Target[];
  /** The longest deregistration delay of its target groups. */
  readonly drain: Duration;
  /** Whether Application Auto Scaling manages its desired count. */
  readonly scaled: NonNullable<Snapshot['scaled']>;
  /** Other services of the cluster that run its family; read only if its revisions are deregistered too. */
  readonly sharers: readonly string[];
}

/** A canary task of this service, identified by its owner tag. */
export interface Canary extends Orphan {
  readonly task: string;
  readonly revision: string;
  readonly createdAt: number;
  /** The attempt of the run that started it; 0 when unknown. */
  readonly attempt: number;
  /** The latest end of its run, in milliseconds since the epoch. With a split of its run, when that expires. */
  readonly expires: number;
  /** It belongs to a weighted rollout: it can have requests from a target group of its own. */
  readonly weighted?: true;
}
