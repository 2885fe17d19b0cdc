import type { Change } from './change.ts';
import type { Duration } from './duration.ts';

/** What a dry run reports in addition to the plan. */
export interface Preview {
  readonly findings: readonly Finding[];
  /** Differences between the live service (`before`) and service.json (`after`). */
  readonly drift: readonly Change[];
  /** One entry per step of the plan. */
  readonly times: readonly StepTime[];
  readonly total: StepTime;
  readonly capacity: Capacity;
}

/** The result of a check before the run starts. */
export interface Finding {
  readonly kind: FindingKind;
  /** The subject of the check, such as `image of web`. */
  readonly about: string;
  /** `problem`: the rollout would stop or fail. `warning`: it would not. */
  readonly is: 'problem' | 'warning' | 'cannot-tell' | 'ok';
  readonly because: string;
  /** What to do next. */
  readonly next?: string;
}

export type FindingKind =
  | 'image'
  | 'role'
  | 'log-group'
  | 'secret'
  | 'parameter'
  | 'subnets'
  | 'target-group'
  | 'load-balancer'
  | 'instances'
  | 'alarm'
  | 'gate'
  | 'service'
  | 'conflict'
  | 'circuit-breaker'
  | 'credentials'
  | 'timeout'
  | 'revision'
  | 'permission';

/** The estimated duration of a step. */
export interface StepTime {
  /** Absent if the step only evaluates gates once. */
  readonly atMost?: Duration;
  /** Absent if unknown. */
  readonly likely?: Duration;
  /** The reason for the duration. */
  readonly because?: string;
  /** The duration has another part that is unknown. */
  readonly atLeast?: true;
}

/** The capacity that a rollout needs in addition to running tasks. */
export interface Capacity {
  /** A canary task, and how many there are at most if there are several; absent without a canary. */
  readonly canary?: TaskSize & { readonly tasks?: number };
  /** The tasks of the service during the deployment. */
  readonly deployment: {
    readonly desired: number;
    readonly least: number;
    readonly most: number;
    readonly minimumHealthyPercent: number;
    readonly maximumPercent: number;
  };
  /** The maximum of additional capacity at the same time, for canary and deployment. */
  readonly more: TaskSize & { readonly tasks: number };
}

/** The size of a task; members are absent if the task definition does not set them. */
export interface TaskSize {
  /** CPU units; 1024 is one vCPU. */
  readonly cpu?: number;
  /** In MiB. */
  readonly memory?: number;
  /** Network interfaces with an address in a subnet. */
  readonly addresses: number;
}
