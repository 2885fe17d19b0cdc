import type { Task } from '@aws-sdk/client-ecs';
import type { ContainerRole } from '../../model/acts.ts';
import type { Duration } from '../../model/duration.ts';
import type { Place } from '../../model/place.ts';
import type { Attachment, Behind, Target } from '../../model/targets.ts';
import type { LogEvidence, Verdict } from '../../model/verdict.ts';

/** What a rollout has learned on its way; the handlers share it, and nothing that an Undo needs is only here. */
export interface Found {
  /** The revision that is rolled out. */
  revision?: string;
  canary?: CanaryFound;
  /** One-off tasks by name. */
  readonly oneOffs: Map<string, OneOffFound>;
  targets: readonly TargetFound[];
  /** When a target was taken out of its target group, as `target group target:port`. */
  readonly takenOut: Map<string, number>;
  deployment?: DeploymentFound;
  /** The deployment that brings the service back, and when it was asked for. */
  restored?: { readonly id: string; readonly at: number };
  /** What the looks at the newest deployment have shown so far. */
  settling?: Settling;
  /** A deployment of another run that is waited for, and how many of its tasks had failed at the first look. */
  rival?: { readonly id: string; readonly failed: number };
  /** Settings that have been seen to be this run's no longer. */
  restoredSettings?: Set<string>;
  /** The service whose tasks were asked to go, and when. */
  emptied?: { readonly id: string; readonly startedAt: number; readonly seenEvents: Set<string> };
  /** When ECS was asked to delete the service. */
  deletedAt?: number;
  /** Since when ECS has not shown the service. */
  missingSince?: number;
}

/** How far a deployment has come to being stable; times in milliseconds since 1970. */
export interface Settling {
  readonly id: string;
  /** The first look at it. */
  readonly since: number;
  /** The last look at which it was not completed. */
  unfinishedAt?: number;
  /** When ECS completed it. */
  doneAt?: number;
  /** Since when a task that died is one too many. */
  deadSince?: number;
  /** The first look at which all its tasks ran; absent while they do not. */
  fullAt?: number;
  /** When the youngest of its tasks was started, where that was looked up. */
  youngest?: number;
}

/** Reports the logs of a task as they grow. */
export interface LogFollower {
  /** Reports what is new. */
  look(task: Task): Promise<void>;
  /** Reports the last lines of a task that has ended. */
  rest(task: Task): Promise<void>;
  /** What has been read so far. */
  evidence(): readonly LogEvidence[];
}

/** A task that this plan has started, or goes on with. */
export interface TaskFound {
  readonly arn: string;
  readonly startedAt: number;
  /** It runs on an instance that is there already, so it starts and ends sooner. */
  readonly quick: boolean;
  /** As it was last described; absent until ECS has known it once. */
  task?: Task;
  /** Since when ECS has not known it any more, although it did before. */
  missingSince?: number;
  /** When ECS was asked to stop it. */
  stoppedAt?: number;
  /** What its containers mean for its health. */
  readonly containers?: readonly ContainerRole[];
}

export interface CanaryFound extends TaskFound {
  /** What was told of its containers that are not essential. */
  readonly told?: Set<string>;
  /** What tasks of the service have, and this one cannot: `Service Connect`. */
  readonly lacks?: readonly string[];
  /** From RunTask to RUNNING: the best forecast of how long the service's own tasks will take. */
  running?: Duration;
}

export interface OneOffFound extends TaskFound {
  readonly name: string;
  /** The container whose exit code counts. */
  readonly container: string;
  readonly essential: readonly string[];
  /** It is all that the plan is about. */
  readonly alone: boolean;
  readonly revision: string;
  readonly logs: LogFollower;
  /** Another container, or somebody, had it stopped before its container had ended. */
  interrupted?: string;
  /** Containers that ran on when its own had ended. */
  readonly outlived: Set<string>;
  /** The last word on it. */
  verdict?: Verdict;
}

export interface TargetFound extends Target {
  readonly attachment: Attachment;
  registeredAt?: number;
  unhealthySince?: number;
  /** It has been healthy, so it may carry requests until it is drained. */
  carried?: boolean;
  /** What was last said of it, and when. */
  seen?: { readonly verdict: Verdict; readonly at: number };
}

export interface DeploymentFound {
  readonly place: Place;
  /** Empty until ECS has shown it: an answer can still be from before UpdateService. */
  id: string;
  /** The primary deployment before it, and the revision that it runs. */
  readonly before: string;
  readonly previous: string;
  readonly startedAt: number;
  /** The load balancers that it is behind; absent when nobody looks whether its targets are healthy. */
  readonly behind?: Behind;
  /** Targets that were there before it, as `target group target:port`; a healthy one beyond these is its own. */
  readonly known: ReadonlySet<string>;
  /** Target groups in which a healthy target of its own has been seen, and when that was so in all of them. */
  readonly carrying: Set<string>;
  carriesAt?: number;
  readonly seenEvents: Set<string>;
  /** What was last told of its tasks. */
  seenTasks?: string;
}
