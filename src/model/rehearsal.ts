import type { Duration } from './duration.ts';
import type { Outcome, OutcomeName } from './outcome.ts';

/** The result of one drill of a rehearsal. */
export interface DrillResult {
  readonly title: string;
  readonly expected: readonly OutcomeName[];
  readonly outcome: Outcome;
  /** What a success makes of the service: `new revision`, `created`, `gone`. */
  readonly becomes: string;
  /** The duration in virtual time. */
  readonly took: Duration;
  /** Number of AWS calls, retries included. */
  readonly calls: number;
  /** Resources that were wrongly left in the simulated account. */
  readonly orphans: readonly string[];
  /** Whether the service in the simulated account is unchanged. */
  readonly unchanged: boolean;
  /** Unexpected results, and contradictions between outcome and account; empty if there are none. */
  readonly complaints: readonly string[];
}

/** The results of a rehearsal. */
export interface Rehearsal {
  readonly results: readonly [DrillResult, ...DrillResult[]];
  /** An IAM policy with the actions that were used. */
  readonly policy: object;
  /** What to replace before the policy is used. */
  readonly policyNote?: string;
}
