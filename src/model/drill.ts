import type { OutcomeName } from './outcome.ts';
import type { Step } from './plan.ts';

/** A fault of the pretend account, as its `inject` takes it. */
export interface DrillFault {
  readonly service?: string;
  readonly operation?: string;
  readonly from?: number;
  readonly times?: number;
  readonly fault: 'throttle' | 'deny';
}

/** What a deploy context must have for a drill to make sense. */
export type DrillNeed = 'tasks' | 'targets' | 'health-check' | 'before-promote' | 'creatable-service';

/** One way in which a command can go. */
export interface Drill {
  readonly title: string;
  /** What is carried out; a rollout when absent. */
  readonly command?: 'up' | 'undeploy';
  readonly expected: readonly [OutcomeName, ...OutcomeName[]];
  /** The tag that decides in the pretend account what the image does. */
  readonly tag?: string;
  /** Whether ECS's own circuit breaker is on; as in service.json when absent. */
  readonly circuitBreaker?: boolean;
  readonly faults?: readonly DrillFault[];
  /** The exit code of the first task of `before-promote`; 0 when absent. */
  readonly taskExits?: number;
  /** The job is cancelled some seconds after the first step of this kind has begun. */
  readonly cancelAt?: Step['kind'];
  /** All of these are needed. */
  readonly needs?: readonly DrillNeed[];
}

/** The drills of a strategy, the one that goes well first. */
export type Drills = readonly [Drill, ...Drill[]];
