import type { Duration } from './duration.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { Undo } from './undos.ts';
import type { LogEvidence, TaskEvidence, Verdict } from './verdict.ts';

/** Names of facts, which are also the names of outputs. */
export type FactName =
  | 'service-arn'
  | 'task-definition-arn'
  | 'previous-task-definition-arn'
  | 'canary-task-arn'
  | 'deployment-id'
  | 'service-deployment-arn'
  | 'task-arn'
  | 'exit-code'
  | 'weight';

/** An event of a run, in chronological order. Log, summary, outputs and report are made from events. */
export type Event =
  /** `from` is the first step of this process, where an earlier one has carried out those before it. */
  | { readonly kind: 'planned'; readonly plan: Plan; readonly from?: number }
  | {
      readonly kind: 'step';
      readonly index: number;
      readonly is: 'begun' | 'done' | 'failed' | 'stopped';
      readonly because?: string;
    }
  /** Emitted only when the verdict of a gate changes. `name` is that of a gate of rollout.yml. */
  | { readonly kind: 'verdict'; readonly gate: string; readonly name?: string; readonly verdict: Verdict }
  /** Emitted after a minute without news: what the run waits for, since when, and the time limit. */
  | {
      readonly kind: 'waiting';
      readonly since: Duration;
      readonly left: Duration;
      readonly verdicts: readonly { readonly gate: string; readonly name?: string; readonly verdict: Verdict }[];
    }
  /** Number of tasks of the service that run the new revision, and of others; emitted only on change. */
  | { readonly kind: 'tasks'; readonly ours: number; readonly others: number; readonly desired: number }
  /** New log lines of a container of a one-off task, or why its log cannot be read. */
  | {
      readonly kind: 'container-log';
      readonly container: string;
      readonly lines: readonly string[];
      /** Whether other containers of the task are followed too. */
      readonly several?: true;
      readonly note?: string;
    }
  /** The end of a one-off task, with the last log lines of its containers. */
  | {
      readonly kind: 'task-ended';
      readonly name: string;
      readonly task: TaskEvidence;
      readonly logs: readonly LogEvidence[];
    }
  | { readonly kind: 'service-event'; readonly happened: number; readonly message: string }
  | {
      readonly kind: 'retry';
      readonly operation: string;
      readonly because: string;
      readonly after: Duration;
    }
  | { readonly kind: 'call'; readonly operation: string; readonly took: Duration; readonly error?: string }
  | { readonly kind: 'fact'; readonly name: FactName; readonly value: string }
  | {
      readonly kind: 'undo';
      readonly undo: Undo;
      readonly is: 'begun' | 'asked' | 'verified' | 'failed';
      readonly because?: string;
    }
  | { readonly kind: 'notice' | 'warning'; readonly message: string }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

export type TimedEvent = Event & { readonly at: number };
