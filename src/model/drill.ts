import type { OutcomeName } from './outcome.ts';
import type { Step } from './plan.ts';

/** A fault of the simulated account, for its `inject`. */
export interface DrillFault {
  readonly service?: string;
  readonly operation?: string;
  readonly from?: number;
  readonly times?: number;
  readonly fault: 'throttle' | 'deny' | 'lost-after';
}

/** What a deploy context must have for a drill to make sense. */
export type DrillNeed = 'tasks' | 'targets' | 'health-check' | 'before-promote' | 'after-promote' | 'creatable-service';

/** A drill: one scenario of a rehearsal. */
export interface Drill {
  readonly title: string;
  /** The command; a rollout if absent. */
  readonly command?: 'up' | 'undeploy';
  readonly expected: readonly [OutcomeName, ...OutcomeName[]];
  /** The image tag, which decides the behavior of the image in the simulated account. */
  readonly tag?: string;
  /** Whether ECS's circuit breaker is on; as in service.json if absent. */
  readonly circuitBreaker?: boolean;
  readonly faults?: readonly DrillFault[];
  /** The exit code of the first task of `before-promote`; 0 if absent. */
  readonly taskExits?: number;
  /** Whether a gate of `after-promote` fails. */
  readonly gateFails?: true;
  /** Cancels the job some seconds after the first step of this kind has started. */
  readonly cancelAt?: Step['kind'];
  /** All of these are needed. */
  readonly needs?: readonly DrillNeed[];
}

/** The drills of a strategy, the one that goes well first. */
export type Drills = readonly [Drill, ...Drill[]];
