import type { Duration } from './duration.ts';
import type { FactName, TimedEvent } from './event.ts';
import type { Outcome } from './outcome.ts';
import type { Place } from './place.ts';
import type { Plan, Step } from './plan.ts';
import type { Finding } from './preview.ts';
import type { Rehearsal } from './rehearsal.ts';

/** Everything that is known of a run; the JSON report is this, and the summary and the outputs are made of it. */
export interface Report {
  /** Counted up when a field changes its meaning or goes away. */
  readonly schema: 2;
  readonly command: string;
  readonly place?: Place;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: Outcome;
  readonly facts: Readonly<Partial<Record<FactName, string>>>;
  readonly plan?: Plan;
  /** In a dry run: what was looked at before anything is done, problems first. */
  readonly findings?: readonly Finding[];
  readonly phases: readonly Phase[];
  /** Calls to AWS by operation, retries included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly events: readonly TimedEvent[];
  /** Lines of container logs that are not among the events, because there were too many: the oldest. */
  readonly logLinesLeftOut?: number;
  /** With `command: rehearse`: how each drill went. */
  readonly rehearsal?: Rehearsal;
}

/** One step of the plan, as it went. */
export interface Phase {
  readonly title: string;
  readonly kind: Step['kind'];
  readonly is: 'begun' | 'done' | 'failed' | 'stopped' | 'not-begun';
  readonly startedAt?: number;
  readonly took?: Duration;
}

/** What is known of a run that has not ended. */
export type Progress = Omit<Report, 'outcome'>;
