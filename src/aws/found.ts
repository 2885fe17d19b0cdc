import type { Task } from '@aws-sdk/client-ecs';
import type { Duration } from '../core/duration.ts';
import type { Attachment, Place, Target } from '../core/plan.ts';

/** What a rollout has learned on its way; the handlers share it, and nothing that an Undo needs is only here. */
export interface Found {
  /** The revision that is rolled out. */
  revision?: string;
  canary?: CanaryFound;
  targets: readonly TargetFound[];
  deployment?: DeploymentFound;
}

export interface CanaryFound {
  readonly arn: string;
  readonly startedAt: number;
  /** As it was last described; absent until ECS has known it once. */
  task?: Task;
  /** When that was. */
  seenAt?: number;
  /** From RunTask to RUNNING: the best forecast of how long the service's own tasks will take. */
  running?: Duration;
}

export interface TargetFound extends Target {
  readonly attachment: Attachment;
  registeredAt?: number;
  unhealthySince?: number;
  /** It has been healthy, so it may carry requests until it is drained. */
  carried?: boolean;
  /** When it was last seen healthy. */
  healthyAt?: number;
  deregisteredAt?: number;
}

export interface DeploymentFound {
  readonly place: Place;
  /** Empty until ECS has shown it: an answer can still be from before UpdateService. */
  id: string;
  /** The primary deployment before it, and the revision that it runs. */
  readonly before: string;
  readonly previous: string;
  readonly startedAt: number;
  /** Targets that were there before it, as `target group target:port`; a healthy one beyond these is its own. */
  readonly known: ReadonlySet<string>;
  /** Target groups in which a healthy target of its own has been seen, and when that was so in all of them. */
  readonly carrying: Set<string>;
  carriesAt?: number;
  readonly seenEvents: Set<string>;
}
