import type { Spot } from './problem.ts';
import type { Evidence } from './verdict.ts';

/** How a command ended; SPEC's values of the output `outcome`. */
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
  /** The service runs exactly what it ran before: never touched, or put back and verified. */
  readonly serviceIntact: boolean;
  readonly cause?: Cause;
  readonly leftovers: readonly Leftover[];
  /** What was begun last goes on, and nobody looks how it ends. */
  readonly unattended?: true;
}

/** A line of a container's log, as it was written. */
export interface Quote {
  readonly container: string;
  readonly line: string;
}

/** The first thing that went wrong. What went wrong later, while putting things back, is a leftover. */
export interface Cause {
  /** Where it failed, if it was not in planning or in a step of the plan. */
  readonly stage?: 'request' | 'process-ended' | 'rehearsal';
  /** What did not work, as a step of the plan or a call. */
  readonly what: string;
  readonly because: string;
  readonly evidence: readonly Evidence[];
  /** The log line that tells most, where there is one. */
  readonly quote?: Quote;
  /** What is most likely behind it, where what was seen is known to mean that. */
  readonly probably?: string;
  /** The image that does not exist in its registry, if that is the probable cause. */
  readonly missingImage?: string;
  /** What a person should do next; empty when there is nothing to add. */
  readonly next: string;
  /** The one-off task that was not good, where it was one. */
  readonly task?: string;
  /** The line of the user's file that it points at, where there is one. */
  readonly at?: Spot;
  /** Somebody else's rollout was first: it can be tried again when that has ended. */
  readonly conflict?: true;
}

/** Something that could not be put back or verified. */
export interface Leftover {
  readonly what: string;
  readonly because: string;
  /** A command that a person can run to put it back. */
  readonly byHand?: string;
}

/** Whether the job is green. */
export function isGood(outcome: Outcome): boolean {
  return outcome.is === 'succeeded' || outcome.is === 'planned';
}
