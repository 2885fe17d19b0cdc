import type { RegisterTaskDefinitionRequest, RunTaskRequest } from '@aws-sdk/client-ecs';
import type { Duration } from './duration.ts';
import type { KnownDeployment } from './native.ts';
import type { Place } from './place.ts';
import type { NewService, Restore, ServiceSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import type { Attachment, Behind, Target } from './targets.ts';
import type { Route, ScalingFound, Split, Traffic, TrafficOwner, Weight } from './traffic.ts';

/** RunTask's input, less what the engine's world knows better. */
export type TaskInput = Omit<RunTaskRequest, 'taskDefinition' | 'count'>;

/** With `instance` it is StartTask's input. */
export type CanaryTask = TaskInput & { readonly instance?: string };

/** What a task definition says of one container, as far as the health of its task depends on it. */
export interface ContainerRole {
  readonly name: string;
  /** Its end ends the task, and its health is the health of the task. */
  readonly essential: boolean;
  /** It has a health check. */
  readonly checked: boolean;
  /** What must be so before it starts (`dependsOn`); `restarts`: the other container is restarted when it ends. */
  readonly needs: readonly { readonly container: string; readonly condition: string; readonly restarts: boolean }[];
}

/** What an earlier run left behind: a task, with its targets or without; or targets whose task has stopped. */
export interface Orphan {
  readonly task?: string;
  readonly run: string;
  /** The task is no canary. */
  readonly oneOff?: true;
  readonly targets: readonly Target[];
  /** The longest deregistration delay of its target groups. */
  readonly drain: Duration;
}

/** A revision: by its ARN, or the one that an earlier step of the plan registers. */
export type RevisionRef = string | { readonly registered: Subject };

/** How canary tasks are started. */
interface StartOfCanaries {
  readonly place: Place;
  readonly revision: RevisionRef;
  readonly run: string;
  readonly task: CanaryTask;
  readonly containers?: readonly ContainerRole[];
  /** What tasks of the service have and these cannot have, such as `Service Connect`. */
  readonly lacks?: readonly string[];
  readonly stopWithin: Duration;
}

/** A step that changes something. */
export type Act =
  | {
      readonly kind: 'sweep';
      readonly place: Place;
      readonly startedBy: string;
      readonly orphans: readonly Orphan[];
      /** Traffic that goes to a canary of a run that is gone. */
      readonly splits?: readonly Split[];
      readonly stopWithin: Duration;
    }
  | {
      readonly kind: 'register-revision';
      readonly as: Subject;
      readonly definition: RegisterTaskDefinitionRequest;
      /** The only service that is to run it: on a failure it is deregistered again, unless that service runs it. */
      readonly onlyFor?: Place;
    }
  | (StartOfCanaries & { readonly kind: 'start-canary'; readonly as: Subject })
  | {
      readonly kind: 'run-task';
      /** What it is called. */
      readonly as: Subject;
      readonly place: Place;
      readonly revision: RevisionRef;
      /** The container whose exit code is that of the task. */
      readonly container: string;
      /** Containers with which the task ends. */
      readonly essential: readonly string[];
      readonly containers?: readonly ContainerRole[];
      /** The run that its mark names: no other task has it. */
      readonly run: string;
      readonly task: TaskInput;
      readonly stopWithin: Duration;
    }
  | {
      readonly kind: 'register-targets';
      /** The tasks that get requests. */
      readonly of: Subject | readonly Subject[];
      readonly place: Place;
      readonly attachments: readonly Attachment[];
      /** Register with the canary's copies of these target groups, which this run has created. */
      readonly inCopies?: { readonly run: string };
    }
  /** Starts several canary tasks with one call: at most 10. Some that start without the others are stopped. */
  | (StartOfCanaries & { readonly kind: 'start-canaries'; readonly as: readonly [Subject, ...Subject[]] })
  | {
      /** Gives the share of target groups that are not the service's to the service; nothing undoes that. */
      readonly kind: 'end-split';
      readonly place: Place;
      /** The routes as they were found, and these groups as if they were a canary's. */
      readonly traffic: Traffic;
      /** The target groups of the service. */
      readonly own: readonly string[];
    }
  | {
      /** Copies target groups of the service for the canary, with owner tags that say how to undo everything. */
      readonly kind: 'create-target-groups';
      readonly place: Place;
      readonly traffic: Traffic;
      readonly owner: TrafficOwner;
      /** The scalable target, when the plan suspends its scale-in. */
      readonly scaling?: ScalingFound;
      /** The plan creates schedules that restore the routes. */
      readonly guarded?: true;
    }
  | {
      /** Adds the canary's target groups to the routes with weight 0, so that ELB checks their targets. */
      readonly kind: 'join-routes';
      readonly place: Place;
      readonly run: string;
      readonly traffic: Traffic;
    }
  | {
      /** Writes a weight to every route and reads it back; `from` is the weight that the routes must have. */
      readonly kind: 'set-weight';
      readonly place: Place;
      readonly run: string;
      readonly traffic: Traffic;
      readonly from: Weight;
      readonly weight: Weight;
    }
  | {
      /** Application Auto Scaling must not scale the service in while the canary has its requests. */
      readonly kind: 'suspend-scale-in';
      readonly place: Place;
      readonly run: string;
      readonly found: ScalingFound;
    }
  | {
      /** Schedules that restore the routes if this process disappears. */
      readonly kind: 'create-guard';
      readonly place: Place;
      readonly routes: readonly Route[];
      /** The role that EventBridge Scheduler assumes. */
      readonly role: string;
      readonly run: string;
      /** When they fire unless they are moved forward. */
      readonly after: Duration;
    }
  | {
      readonly kind: 'promote';
      readonly place: Place;
      readonly revision: RevisionRef;
      /** The canary that was tried before, if any. */
      readonly canary?: Subject;
      readonly settings: ServiceSettings;
      readonly restore: Restore;
      readonly rivals: Rivals;
      readonly behind?: Behind;
    }
  | {
      /** Updates a service whose traffic ECS moves itself: a service deployment begins. */
      readonly kind: 'start-service-deployment';
      readonly place: Place;
      readonly revision: RevisionRef;
      readonly settings: ServiceSettings;
      readonly restore: Restore;
      /** The newest service deployment when the run was planned; a newer one is a conflict. */
      readonly newest?: KnownDeployment;
      /** Whether ECS has traffic to move. Without a load balancer, Service Connect or VPC Lattice new tasks work at once. */
      readonly routed: boolean;
    }
  | {
      /** Asks ECS to roll a service deployment back that another run or a person has started. */
      readonly kind: 'abort-service-deployment';
      readonly place: Place;
      readonly deployment: string;
    }
  | {
      /** Answers the pauses of a service deployment. */
      readonly kind: 'continue-service-deployment';
      readonly place: Place;
      readonly deployment: string;
      readonly hooks: readonly string[];
    }
  | {
      /** Takes old revisions of the family out of use, until `keep` ACTIVE ones are left. */
      readonly kind: 'deregister-revisions';
      readonly place: Place;
      readonly keep: number;
      /** What the service ran before, as ARN. */
      readonly previous: string;
      readonly revision: RevisionRef;
    }
  | {
      readonly kind: 'create-service';
      readonly place: Place;
      readonly service: NewService;
      readonly revision: RevisionRef;
      /** Makes CreateService idempotent. */
      readonly token: string;
      readonly behind?: Behind;
      /** Stays also when it does not become stable. */
      readonly keep: boolean;
      /** The most that it may take to be gone again. */
      readonly goneWithin: Duration;
    }
  | {
      /** Takes all tasks of a service away. */
      readonly kind: 'empty-service';
      readonly place: Place;
      /** Its desired count now. */
      readonly count: number;
      /** How many of its tasks run now. */
      readonly running: number;
      /** The most that it may take to have them again. */
      readonly backWithin: Duration;
    }
  | {
      readonly kind: 'delete-service';
      readonly place: Place;
      /** Also when it has tasks. */
      readonly force: boolean;
    }
  | { /** Takes all revisions of a family out of use. */ readonly kind: 'deregister-family'; readonly family: string };

/** How other rollouts of the service are known that have begun at the same moment. */
export interface Rivals {
  readonly startedBy: string;
  /** This run: its earlier attempts are over, and no rivals. */
  readonly run: string;
  readonly attempt: number;
  /** Canaries that this plan puts away itself. */
  readonly swept: readonly string[];
}
