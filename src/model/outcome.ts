import type { FilePosition } from './problem.ts';
import type { Evidence } from './verdict.ts';

/** The values of the output `outcome`. */
export type OutcomeName =
  | 'succeeded'
  | 'rejected'
  | 'rolled-back'
  | 'rollback-failed'
  | 'superseded'
  | 'cancelled'
  | 'failed'
  | 'planned';

export interface Outcome {
  readonly is: OutcomeName;
  /** Whether the service runs exactly what it ran before: never changed, or restored and verified. */
  readonly serviceIntact: boolean;
  readonly cause?: Cause;
  readonly leftovers: readonly Leftover[];
  /** The service was updated, and was rolled back before the new version had production traffic. */
  readonly withoutTraffic?: true;
  /** The last step continues without being monitored. */
  readonly unattended?: true;
  /** Only the traffic of the service was changed, by this run or by another process; the service was not updated. */
  readonly only?: 'traffic';
}

/** A line of a container log, unchanged. */
export interface Quote {
  readonly container: string;
  readonly line: string;
}

/** Which gate: its kind, and its name if it is one of rollout.yml. */
export interface GateName {
  readonly kind: string;
  readonly name?: string;
}

/** The first failure. A later failure of an undo is a leftover. */
export interface Cause {
  /** Where it failed, if it was not in planning or in a step of the plan. */
  readonly stage?: 'request' | 'process-ended' | 'rehearsal';
  /** The step or call that failed. */
  readonly what: string;
  readonly because: string;
  readonly evidence: readonly Evidence[];
  /** The log line that best explains the failure. */
  readonly quote?: Quote;
  /** The most likely cause, if it is a known one. */
  readonly probably?: string;
  /** The image that does not exist in its registry, if that is the probable cause. */
  readonly missingImage?: string;
  /** What to do next; may be empty. */
  readonly next: string;
  /** The one-off task that failed. */
  readonly task?: string;
  /** The gate that failed. */
  readonly gate?: GateName;
  /** The line of the user's file that caused the failure. */
  readonly at?: FilePosition;
  /** A rival was first; the run can be repeated after it has ended. */
  readonly conflict?: true;
}

/** Something that could not be undone or verified. */
export interface Leftover {
  readonly what: string;
  readonly because: string;
  /** The command to undo it by hand. */
  readonly byHand?: string;
}

/** Whether the step succeeds. */
export function isGood(outcome: Outcome): boolean {
  return outcome.is === 'succeeded' || outcome.is === 'planned';
}
