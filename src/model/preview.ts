import type { Change } from './change.ts';
import type { Duration } from './duration.ts';

/** What a dry run tells beside the plan itself. */
export interface Preview {
  readonly findings: readonly Finding[];
  /** What service.json says and the live service does not do; before is live, after is the file. */
  readonly drift: readonly Change[];
  /** One for each step of the plan. */
  readonly times: readonly StepTime[];
  readonly total: StepTime;
  readonly capacity: Capacity;
}

/** One thing that was looked at before anything is done. */
export interface Finding {
  readonly kind: FindingKind;
  /** What was looked at: `image of web`. */
  readonly about: string;
  /** `problem`: it would stop the rollout, or make it fail. `warning`: it would not, but a person should know. */
  readonly is: 'problem' | 'warning' | 'cannot-tell' | 'ok';
  readonly because: string;
  /** What a person should do. */
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
  | 'service'
  | 'conflict'
  | 'circuit-breaker'
  | 'credentials'
  | 'timeout'
  | 'revision'
  | 'permission';

/** How long a step takes. */
export interface StepTime {
  /** Absent where it only asks. */
  readonly atMost?: Duration;
  /** Absent where nobody knows. */
  readonly likely?: Duration;
  /** What makes it so long. */
  readonly because?: string;
  /** There is more to it that nobody knows. */
  readonly atLeast?: true;
}

/** What a rollout needs beside what runs. */
export interface Capacity {
  /** One more task; absent without a canary. */
  readonly canary?: TaskSize;
  /** The tasks of the service while ECS replaces them. */
  readonly deployment: {
    readonly desired: number;
    readonly least: number;
    readonly most: number;
    readonly minimumHealthyPercent: number;
    readonly maximumPercent: number;
  };
  /** What is needed at the same time beyond what runs now, canary and deployment together. */
  readonly more: TaskSize & { readonly tasks: number };
}

/** What a task takes; absent where its definition does not say. */
export interface TaskSize {
  /** In CPU units: 1024 are one vCPU. */
  readonly cpu?: number;
  /** In MiB. */
  readonly memory?: number;
  /** Network interfaces with an address in a subnet. */
  readonly addresses: number;
}
