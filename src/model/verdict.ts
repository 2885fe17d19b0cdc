import type { Duration } from './duration.ts';
import type { Measured } from './measures.ts';

/** The result of evaluating a gate: unknown is `wait`, never `pass`; `fail` is final. */
export interface Verdict {
  readonly is: 'pass' | 'wait' | 'fail' | 'inconclusive';
  readonly because: string;
  /** When the verdict can change at the earliest, if known; evaluating earlier would waste a call. */
  readonly again?: Duration;
  readonly evidence?: readonly Evidence[];
  /** On `wait`: the condition is met and must hold this much longer. This time does not count as a timeout. */
  readonly settles?: Duration;
  /** What to do next, on `fail` or after a timeout. */
  readonly next?: string;
  /** On `fail`: another deployment replaced ours, and must not be undone. */
  readonly superseded?: boolean;
}

type More = Omit<Verdict, 'is' | 'because'>;

export const pass = (because: string, more: More = {}): Verdict => ({ is: 'pass', because, ...more });
export const wait = (because: string, more: More = {}): Verdict => ({ is: 'wait', because, ...more });
export const fail = (because: string, more: More = {}): Verdict => ({ is: 'fail', because, ...more });
export const inconclusive = (because: string, more: More = {}): Verdict => ({ is: 'inconclusive', because, ...more });

/** A task, and why it stopped as far as known. */
export interface TaskEvidence {
  readonly kind: 'task';
  readonly task: string;
  readonly status: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: readonly ContainerEvidence[];
}

/** The state of a resource when it failed; AWS shows such resources for an hour at most. */
export type Evidence =
  | TaskEvidence
  | {
      readonly kind: 'target';
      readonly targetGroup: string;
      readonly target: string;
      readonly state: string;
      readonly reason?: string;
      readonly description?: string;
      /** The container behind the target, if known. */
      readonly container?: string;
      readonly containerPort?: number;
      /** The health check request and the expected answer. */
      readonly healthCheck?: string;
    }
  | {
      readonly kind: 'deployment';
      readonly id: string;
      readonly taskDefinition: string;
      readonly state: string;
      readonly because?: string;
      readonly desired: number;
      readonly running: number;
      readonly failed: number;
    }
  | {
      readonly kind: 'circuit-breaker';
      readonly state: string;
      readonly failures?: number;
      readonly threshold?: number;
    }
  | { readonly kind: 'service-event'; readonly happened: number; readonly message: string }
  | { readonly kind: 'alarm'; readonly alarm: string; readonly state: string; readonly because?: string }
  | {
      readonly kind: 'metric';
      /** The name of the gate. */
      readonly gate: string;
      /** The metric or the expression. */
      readonly metric: string;
      readonly period: Duration;
      /** What the values are compared with: `at most 1`. */
      readonly bounds: string;
      /** The values of complete periods, oldest first. */
      readonly values: readonly Measured[];
    }
  | {
      readonly kind: 'web';
      /** The name of the gate. */
      readonly gate: string;
      /** The method and the URL, without its query. */
      readonly request: string;
      /** The HTTP status; absent if there was no answer. */
      readonly status?: number;
      /** What came back, or why nothing did. */
      readonly answer: string;
    }
  | {
      readonly kind: 'call';
      readonly operation: string;
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
    }
  | LogEvidence;

/** The last log lines of a container. */
export interface LogEvidence {
  readonly kind: 'log';
  readonly container: string;
  readonly task: string;
  /** Absent if the log is not in CloudWatch Logs. */
  readonly stream?: { readonly region: string; readonly group: string; readonly name: string };
  /** Newest last, unchanged: lines can contain line breaks and terminal codes. */
  readonly lines: readonly string[];
  /** Why there are no lines, or not all. */
  readonly note?: string;
  /** Already printed while it was written. */
  readonly followed?: true;
}

export interface ContainerEvidence {
  readonly name: string;
  /** Not essential: ECS ignores it for the state of the task. */
  readonly essential?: false;
  readonly image?: string;
  readonly status?: string;
  readonly health?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  /** The id of the container runtime. */
  readonly runtimeId?: string;
}
