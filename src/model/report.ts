import type { Duration } from './duration.ts';
import type { FactName, TimedEvent } from './event.ts';
import type { Outcome } from './outcome.ts';
import type { Place } from './place.ts';
import type { Plan, Step } from './plan.ts';
import type { Finding } from './preview.ts';
import type { Rehearsal } from './rehearsal.ts';

/** All results of a run. This is the JSON report; summary and outputs are made from it. */
export interface Report {
  /** Incremented when a field is removed or changes its meaning. */
  readonly schema: 2;
  readonly command: string;
  readonly place?: Place;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: Outcome;
  readonly facts: Readonly<Partial<Record<FactName, string>>>;
  readonly plan?: Plan;
  /** In a dry run: the results of the checks, problems first. */
  readonly findings?: readonly Finding[];
  readonly phases: readonly Phase[];
  /** Number of AWS calls by operation, retries included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly events: readonly TimedEvent[];
  /** Number of container log lines, the oldest, that were dropped from the events because there were too many. */
  readonly logLinesLeftOut?: number;
  /** With `command: rehearse`: the results of the drills. */
  readonly rehearsal?: Rehearsal;
}

/** The execution of one step of the plan. */
export interface Phase {
  readonly title: string;
  readonly kind: Step['kind'];
  readonly is: 'begun' | 'done' | 'failed' | 'stopped' | 'not-begun';
  readonly startedAt?: number;
  readonly took?: Duration;
}

/** The report of a run in progress. */
export type Progress = Omit<Report, 'outcome'>;
