import type { Duration } from './duration.ts';
import type { Outcome, OutcomeName } from './outcome.ts';

/** How one drill of a rehearsal went. */
export interface DrillResult {
  readonly title: string;
  readonly expected: readonly OutcomeName[];
  readonly outcome: Outcome;
  /** What a success makes of the service: `new revision`, `created`, `gone`. */
  readonly becomes: string;
  /** How long it would take in life. */
  readonly took: Duration;
  /** Calls to AWS, retries included. */
  readonly calls: number;
  /** What was in the account at the end and should not have been, looked up in the account itself. */
  readonly orphans: readonly string[];
  /** Whether the account itself shows the service as it was before. */
  readonly unchanged: boolean;
  /** What outcome and account do not agree on, or what was not expected; empty when all is well. */
  readonly complaints: readonly string[];
}

/** A deploy context, tried out. */
export interface Rehearsal {
  readonly results: readonly [DrillResult, ...DrillResult[]];
  /** The IAM policy with the actions that were used. */
  readonly policy: object;
  /** What to fill in before the policy is used. */
  readonly policyNote?: string;
}
