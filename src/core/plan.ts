import type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  Tag,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Change } from './change.ts';
import type { Duration } from './duration.ts';
import type { Preview } from './preview.ts';
import type { ChangedSetting } from './settings.ts';

/** Where a service lives. */
export interface Place {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/** A question that is asked again and again. */
export type Gate =
  /** `steady`: for so long, without a break. */
  | { readonly kind: 'tasks-running'; readonly steady?: Duration }
  | {
      readonly kind: 'containers-healthy';
      readonly containers: readonly string[];
      /** The shortest of the intervals at which ECS checks them. */
      readonly every: Duration;
    }
  | { readonly kind: 'targets-healthy' }
  | { readonly kind: 'alarms-quiet'; readonly alarms: readonly string[] }
  | {
      readonly kind: 'service-free';
      readonly place: Place;
      readonly startedBy: string;
      readonly run: string;
      /** Deployments that are under way do not matter. */
      readonly only?: 'canaries';
    }
  | { readonly kind: 'service-carries'; readonly place: Place; readonly checked?: boolean }
  /** `checked`: an essential container of the revision has a health check. */
  | { readonly kind: 'service-stable'; readonly place: Place; readonly checked?: boolean }
  | {
      readonly kind: 'service-restored';
      readonly place: Place;
      readonly to: string;
      readonly ours: string;
      readonly before: string;
      /** What has to have its value of before again. */
      readonly settings?: readonly ChangedSetting[];
      readonly checked?: boolean;
    }
  /** No task of it runs or carries a request any more; `targets` are those that it had. */
  | {
      readonly kind: 'service-empty';
      readonly place: Place;
      readonly targets: readonly Target[];
      readonly drain: Duration;
    }
  /** Deleted, and its tasks with it; `whose` tells it from one that somebody has created since. */
  | { readonly kind: 'service-gone'; readonly place: Place; readonly whose: Creation }
  /** It has been given tasks again, and as many run as did before. */
  | { readonly kind: 'service-scaled'; readonly place: Place; readonly running: number }
  | { readonly kind: 'targets-drained'; readonly targets: readonly Target[]; readonly delay: Duration }
  | ({ readonly kind: 'tasks-stopped' } & StartedTasks)
  /** A one-off task of this plan is RUNNING, or has ended by itself already. */
  | { readonly kind: 'task-begun'; readonly name: string }
  /** It has ended, and well. */
  | { readonly kind: 'task-finished'; readonly name: string };

/** The tasks that a run has started; `tasks` once their ARNs are known. */
export interface StartedTasks {
  readonly cluster: string;
  readonly startedBy: string;
  readonly run: string;
  readonly tasks?: readonly string[];
  /** One-off tasks, and no canaries: several runs may have some at the same time. */
  readonly oneOff?: true;
}

/** Never empty: that nothing was asked must not mean that it passed. */
export type Gates = readonly [Gate, ...Gate[]];

/** Look until all gates pass, within a time. */
export interface Check {
  readonly kind: 'check';
  readonly gates: Gates;
  readonly within: Duration;
  /** Its time began with the check before it: the two are one phase. */
  readonly continued?: boolean;
  /** Before it has passed nothing has been tried: that it fails is no rejection. */
  readonly preliminary?: true;
  /** The one-off task that it is about. */
  readonly task?: string;
}

/** Keep looking for a time: none may fail, all must pass at the end. */
export interface Bake {
  readonly kind: 'bake';
  readonly gates: Gates;
  readonly during: Duration;
}

/** Begin to put back what is there for the time of the rollout only, beside the steps that follow. */
export interface Retire {
  readonly kind: 'retire';
}

/** The point of no return: nothing that fails from here on makes it a failure, and nothing is undone any more. */
export interface Commit {
  readonly kind: 'commit';
}

/** A target as ELB knows it. */
export interface Target {
  readonly targetGroup: string;
  readonly id: string;
  readonly port: number;
}

/** How the canary meets one target group of the service. */
export interface Attachment {
  readonly targetGroup: string;
  readonly targetType: string;
  readonly ipv6: boolean;
  readonly container: string;
  readonly containerPort: number;
  readonly healthCheck: HealthCheck;
  readonly drain: Duration;
  /** Its load balancer shares out connections (NLB), not requests. */
  readonly connections?: true;
  /** No load balancer forwards to it. */
  readonly idle?: true;
}

/** How often and how many times a target group asks; tells when its next answer can come. */
export interface HealthCheck {
  readonly protocol: string;
  readonly path: string | undefined;
  readonly codes: string | undefined;
  readonly interval: Duration;
  readonly timeout: Duration;
  /** Passed checks after which a new target is healthy: 1 for an ALB, the threshold for an NLB. */
  readonly passes: number;
  /** Failed checks after which a target is unhealthy. */
  readonly fails: number;
}

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
export interface Stray {
  readonly task?: string;
  readonly run: string;
  /** The task is no canary. */
  readonly oneOff?: true;
  readonly targets: readonly Target[];
  /** The longest deregistration delay of its target groups. */
  readonly drain: Duration;
}

/** How the service is put back when the new revision fails in it; `unless` says why it is not to be. */
export interface Restore {
  readonly to: string;
  readonly before: string;
  /** The settings that are changed with the revision. */
  readonly settings?: readonly ChangedSetting[];
  readonly unless?: string;
  /** Why settings are left as they are where ECS or a person has already restored the revision. */
  readonly settingsUnless?: string;
  readonly within: Duration;
  /** An essential container of the revision has a health check. */
  readonly checked?: boolean;
}

/** Which service of a name is meant: ECS shows no token, so it is known by when it was created and by what it runs. */
export interface Creation {
  /** When ECS was asked to create it, in milliseconds since 1970; absent when it was there before. */
  readonly asked?: number;
  /** When ECS says that it was created; absent until an answer has come. */
  readonly at?: number;
  /** What it was created with; absent when it may run anything. */
  readonly revision?: string;
}

/** CreateService's input, less what the engine's world knows better. */
export type NewService = Omit<CreateServiceRequest, 'cluster' | 'serviceName' | 'taskDefinition' | 'clientToken'>;

/** Fields of UpdateService that somebody asked for. */
export type ServiceSettings = Partial<Omit<UpdateServiceRequest, 'service' | 'cluster' | 'taskDefinition'>>;

/** A step that changes something. `revision` absent means: the one that this plan has registered. */
export type Act =
  | {
      readonly kind: 'sweep';
      readonly place: Place;
      readonly startedBy: string;
      readonly strays: readonly Stray[];
      readonly stopWithin: Duration;
    }
  | {
      readonly kind: 'register-revision';
      readonly definition: RegisterTaskDefinitionRequest;
      /** The only service that is to run it: on a failure it is deregistered again, unless that service runs it. */
      readonly onlyFor?: Place;
    }
  | {
      readonly kind: 'start-canary';
      readonly place: Place;
      readonly revision?: string;
      readonly run: string;
      readonly task: CanaryTask;
      readonly containers?: readonly ContainerRole[];
      /** What tasks of the service have, and this one cannot: `Service Connect`. */
      readonly lacks?: readonly string[];
      readonly stopWithin: Duration;
    }
  | {
      /** Goes on with the canary that an earlier attempt of the job has started. */
      readonly kind: 'adopt-canary';
      readonly place: Place;
      readonly revision: string;
      readonly canary: Stray & { readonly task: string };
      readonly startedBy: string;
      readonly containers?: readonly ContainerRole[];
      /** What tasks of the service have, and this one cannot: `Service Connect`. */
      readonly lacks?: readonly string[];
      /** What is written on it from now on. */
      readonly tags: readonly Tag[];
      readonly stopWithin: Duration;
    }
  | {
      readonly kind: 'run-task';
      readonly place: Place;
      readonly revision?: string;
      /** What it is called; no other task of the plan is called so. */
      readonly name: string;
      /** The container whose exit code is that of the task. */
      readonly container: string;
      /** Containers with which the task ends. */
      readonly essential: readonly string[];
      readonly containers?: readonly ContainerRole[];
      /** The run that its mark names: no other task has it. */
      readonly run: string;
      readonly task: TaskInput;
      readonly stopWithin: Duration;
      /** It is all that the plan is about: its ARN and its exit code are facts. */
      readonly alone?: true;
      /** Once it has begun it is left to itself. */
      readonly unattended?: true;
    }
  | { readonly kind: 'register-targets'; readonly place: Place; readonly attachments: readonly Attachment[] }
  | {
      readonly kind: 'promote';
      readonly place: Place;
      readonly revision?: string;
      readonly settings: ServiceSettings;
      readonly restore: Restore;
      readonly rivals: Rivals;
      readonly behind?: Behind;
    }
  | {
      /** Goes on with the deployment that an earlier attempt of the job has started. */
      readonly kind: 'adopt-deployment';
      readonly place: Place;
      readonly revision: string;
      readonly deployment: string;
      readonly since: number;
      readonly restore: Restore;
    }
  | {
      /** Takes old revisions of the family out of use, until `keep` ACTIVE ones are left. */
      readonly kind: 'deregister-revisions';
      readonly place: Place;
      readonly keep: number;
      /** What the service ran before, as ARN. */
      readonly previous: string;
      readonly revision?: string;
    }
  | {
      readonly kind: 'create-service';
      readonly place: Place;
      readonly service: NewService;
      readonly revision?: string;
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

/** The load balancers that the tasks of a service are behind. */
export interface Behind {
  /** Where new tasks must become healthy, as ARNs. */
  readonly targetGroups: readonly string[];
  /** The longest deregistration delay of those. */
  readonly drain: Duration;
}

/** How other rollouts of the service are known that have begun at the same moment. */
export interface Rivals {
  readonly startedBy: string;
  /** This run: its earlier attempts are over, and no rivals. */
  readonly run: string;
  readonly attempt: number;
  /** Canaries that this plan puts away itself. */
  readonly swept: readonly string[];
}

export type Step = (Act | Check | Bake | Retire | Commit) & Titled;

/** What every step says of itself. */
export interface Titled {
  readonly title: string;
  /** What a person can run instead, where it is done after the point of no return and may be left over. */
  readonly byHand?: string;
}

export interface Plan {
  readonly title: string;
  readonly steps: readonly Step[];
  /** What a person should know before it starts. */
  readonly notes: readonly string[];
  /** What a person has to know before it starts. */
  readonly warnings?: readonly string[];
  /** Whether what it does last goes on after it, and nobody looks how that ends. */
  readonly unattended?: true;
  /** What will be another thing than it is now. */
  readonly changes: readonly Change[];
  /** What a dry run has found out beside. */
  readonly preview?: Preview;
}

/**
 * How to put one thing back. Idempotent, needs no answer of the deed, carries every name itself;
 * it asks and does not wait.
 */
export type Undo = {
  /** `always`: it was there for the time of the rollout only. `on-failure`: void as soon as the rollout is committed. */
  readonly when: 'always' | 'on-failure';
  readonly title: string;
  readonly region: string;
  /** Looked at before the undo that was recorded earlier is carried out, where there is time to look. */
  readonly verify?: Check;
  /** What a person can run when the program could not. */
  readonly byHand: string;
} & (
  | ({ readonly kind: 'stop-tasks' } & StartedTasks)
  | { readonly kind: 'deregister-targets'; readonly targets: readonly Target[] }
  | {
      readonly kind: 'restore-service';
      readonly place: Place;
      readonly ours: string;
      readonly restore: Restore;
    }
  | {
      readonly kind: 'delete-service';
      readonly place: Place;
      readonly whose: Creation & { readonly revision: string };
      /** Why it is to stay. */
      readonly unless?: string;
    }
  | {
      readonly kind: 'deregister-revision';
      readonly place: Place;
      readonly family: string;
      /** When ECS was asked to register it. */
      readonly since: number;
      /** Its containers and their images, by which it is found as long as nobody knows its ARN. */
      readonly containers: string;
      readonly revision?: string;
    }
  | { readonly kind: 'restore-count'; readonly place: Place; readonly count: number }
  /** A service that has been deleted is gone: this only finds out whether it has been. */
  | { readonly kind: 'recall-service'; readonly place: Place }
);
