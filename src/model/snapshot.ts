import type { Service, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Orphan } from './acts.ts';
import type { Duration } from './duration.ts';
import type { Attachment, Target } from './targets.ts';

/** What AWS looks like before anything is done. */
export interface Snapshot {
  readonly at: number;
  readonly service: Service;
  /** What the service runs. */
  readonly stable: Revision;
  /** The revision that is asked for by its name, or that was found in the past of the service. */
  readonly given?: Revision;
  /** How it was found, where nobody has named it. */
  readonly why?: string;
  /** What is edited, where something is. */
  readonly base?: Revision;
  /** How the canary will meet each target group. */
  readonly attachments: readonly Attachment[];
  readonly alarms: readonly AlarmState[];
  /** Canaries of this service that run, and that this process has not started. */
  readonly canaries: readonly Canary[];
  /** Those that have stopped; ECS remembers them for an hour. */
  readonly ended: readonly Canary[];
  /** Targets that a canary has left behind when it stopped: nothing lives there, and nobody else has put them there. */
  readonly orphanTargets: readonly Orphan[];
  /** With a later attempt of a job: revisions that an earlier one may have registered. */
  readonly tried: readonly Revision[];
  /** The container instance that `canary-instance-arn` names, as ARN. */
  readonly instance?: string;
  /** Whether Application Auto Scaling owns the desired count; looked up only when somebody asks to change it. */
  readonly scaled?: 'yes' | 'no' | 'unknown';
  /** With fixed host ports on container instances: where a canary would find them free. */
  readonly portRoom?: PortRoom;
  readonly lifetime: Lifetime;
}

/** Where the host ports of one more task are free; the counts are absent where the caller may not look. */
export interface PortRoom {
  readonly ports: readonly number[];
  /** How many container instances take tasks. */
  readonly instances?: number;
  /** Of these, how many have all the ports free. */
  readonly free?: number;
}

/** How long the AWS credentials are good for. */
export type Lifetime =
  /** They never end, or are renewed on the way. */
  | { readonly is: 'lasting' }
  /** In milliseconds since 1970. */
  | { readonly is: 'ending'; readonly at: number }
  /** They belong to a session that does not say when it ends. */
  | { readonly is: 'unknown' };

/** What AWS looks like before a one-off task is started. */
export interface RunSnapshot {
  readonly at: number;
  /** The service that it belongs to, where there is one. */
  readonly service?: Service;
  /** Why there is none, where one is named. */
  readonly noService?: string;
  /** What the service runs. */
  readonly stable?: Revision;
  /** The newest ACTIVE revision of the family that is to be registered. */
  readonly newest?: Revision;
  /** The revision that is asked for by its name. */
  readonly given?: Revision;
  /** What is edited, or used as it is. */
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

/** What earlier rollouts of a service have left in the account. */
export interface SweepSnapshot extends Pick<Snapshot, 'at' | 'canaries' | 'orphanTargets'> {
  /** Targets of the service's target groups that belong neither to its tasks nor to a canary. */
  readonly unknownTargets: readonly (Target & { readonly state: string })[];
  /** One-off tasks of this service that run. */
  readonly oneOffs: readonly Canary[];
  /** Why the service itself could not be looked at. */
  readonly noService?: string;
  /** Its ARN, where it could be. */
  readonly serviceArn?: string;
}

/** What is there where a service is to be created. */
export interface UpSnapshot extends Pick<Snapshot, 'at' | 'attachments' | 'lifetime'> {
  /** The service of the name, when it is ACTIVE. */
  readonly service?: Service;
  /** What ECS says of it when it is not; absent when there is none. */
  readonly status?: string;
  /** The revision that is asked for by its name. */
  readonly given?: Revision;
  /** The newest ACTIVE revision of the family, where there is one. */
  readonly newest?: Revision;
  /** Who uses its target groups already; empty where they may be shared. */
  readonly tenants: readonly Tenants[];
}

/** Who uses a target group. */
export interface Tenants {
  readonly targetGroup: string;
  /** How many targets are registered, less those that drain. */
  readonly targets: number;
  /** Other services of the cluster, by their names; unknown where they may not be listed. */
  readonly services: readonly string[] | 'unknown';
}

/** What belongs to a service that is to be taken away. */
export interface UndeploySnapshot extends Pick<Snapshot, 'at' | 'canaries' | 'orphanTargets' | 'lifetime'> {
  /** The service, when it is ACTIVE. */
  readonly service?: Service;
  /** What ECS says of it when it is not; absent when there is none. */
  readonly status?: string;
  /** Where load balancers reach its tasks. */
  readonly targets: readonly Target[];
  /** The longest deregistration delay of its target groups. */
  readonly drain: Duration;
  /** Whether Application Auto Scaling owns its desired count. */
  readonly scaled: NonNullable<Snapshot['scaled']>;
  /** Other services of the cluster that run its family; looked up only when its revisions are to go as well. */
  readonly sharers: readonly string[];
}

/** A canary task of this service, by what is written on it. */
export interface Canary extends Orphan {
  readonly task: string;
  readonly revision: string;
  readonly createdAt: number;
  /** The attempt of the run that started it; 0 when unknown. */
  readonly attempt: number;
  /** When its run has ended at the latest, in milliseconds since 1970. */
  readonly expires: number;
}
