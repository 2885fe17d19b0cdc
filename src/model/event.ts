import type { Duration } from './duration.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { Undo } from './undos.ts';
import type { LogEvidence, TaskEvidence, Verdict } from './verdict.ts';

/** Names of what becomes known on the way; they are the names of the outputs. */
export type FactName =
  | 'service-arn'
  | 'task-definition-arn'
  | 'previous-task-definition-arn'
  | 'canary-task-arn'
  | 'deployment-id'
  | 'task-arn'
  | 'exit-code';

/** What happens, in the order in which it happens. Log, summary, outputs and report are all made of these. */
export type Event =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | {
      readonly kind: 'step';
      readonly index: number;
      readonly is: 'begun' | 'done' | 'failed' | 'stopped';
      readonly because?: string;
    }
  /** Only when a gate's answer is another one than before. */
  | { readonly kind: 'verdict'; readonly gate: string; readonly verdict: Verdict }
  /** Nothing new for a minute: what is waited for, since when, and for how long at most. */
  | {
      readonly kind: 'waiting';
      readonly since: Duration;
      readonly left: Duration;
      readonly verdicts: readonly { readonly gate: string; readonly verdict: Verdict }[];
    }
  /** How many tasks of the service run the version that is brought in, and how many another one; only when it has changed. */
  | { readonly kind: 'tasks'; readonly ours: number; readonly others: number; readonly desired: number }
  /** What a container of a one-off task has written since the last time; or why nothing of it can be read. */
  | {
      readonly kind: 'container-log';
      readonly container: string;
      readonly lines: readonly string[];
      /** Others of the task are followed as well. */
      readonly several?: true;
      readonly note?: string;
    }
  /** How a one-off task ended, with the last lines of its containers. */
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
