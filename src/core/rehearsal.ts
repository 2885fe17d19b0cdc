import type { Duration } from './duration.ts';
import type { Outcome, OutcomeName } from './outcome.ts';

/** How one drill of a rehearsal went. */
export interface DrillResult {
  readonly title: string;
  readonly expected: readonly OutcomeName[];
  readonly outcome: Outcome;
  /** How long it would take in life. */
  readonly took: Duration;
  /** Calls to AWS, retries included. */
  readonly calls: number;
  /** What was in the account at the end and should not have been, looked up in the account itself. */
  readonly strays: readonly string[];
  /** Whether the account itself shows the service as it was. */
  readonly intact: boolean;
  /** Whether outcome and account agree with each other and with what was expected. */
  readonly good: boolean;
}
