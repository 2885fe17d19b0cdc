import type { Duration } from './duration.ts';

/**
 * The answer to a gate. `wait` means "not yet" or "cannot tell", `fail` means "never". `inconclusive` means that there is too
 * little to judge by, such as no data: the step says what that means when its time is over.
 */
export interface Verdict {
  readonly is: 'pass' | 'wait' | 'fail' | 'inconclusive';
  readonly because: string;
  /** When the answer can be another one, where that is known; asking earlier would be a wasted call. */
  readonly again?: Duration;
  readonly evidence?: readonly Evidence[];
  /** On `wait`: what was waited for has come, and only has to last this much longer. It does not count as time that ran out. */
  readonly settles?: Duration;
  /** What a person should do next, on `fail` or when the time is over. */
  readonly next?: string;
  /** On `fail`: somebody else's deployment has replaced ours, so nothing of theirs may be undone. */
  readonly superseded?: boolean;
}

type More = Omit<Verdict, 'is' | 'because'>;

export const pass = (because: string, more: More = {}): Verdict => ({ is: 'pass', because, ...more });
export const wait = (because: string, more: More = {}): Verdict => ({ is: 'wait', because, ...more });
export const fail = (because: string, more: More = {}): Verdict => ({ is: 'fail', because, ...more });
export const inconclusive = (because: string, more: More = {}): Verdict => ({ is: 'inconclusive', because, ...more });

/** A task, and what is known of its end. */
export interface TaskEvidence {
  readonly kind: 'task';
  readonly task: string;
  readonly status: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: readonly ContainerEvidence[];
}

/** What was seen of a thing at the moment that it failed; such things vanish from AWS within the hour. */
export type Evidence =
  | TaskEvidence
  | {
      readonly kind: 'target';
      readonly targetGroup: string;
      readonly target: string;
      readonly state: string;
      readonly reason?: string;
      readonly description?: string;
      /** What is behind it, where that is known. */
      readonly container?: string;
      readonly containerPort?: number;
      /** What its load balancer asks, and what it wants to hear. */
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
      readonly kind: 'call';
      readonly operation: string;
      readonly code: string;
      readonly message: string;
      readonly requestId?: string;
    }
  | LogEvidence;

/** The last that a container has said. */
export interface LogEvidence {
  readonly kind: 'log';
  readonly container: string;
  readonly task: string;
  /** Absent where the log does not go to CloudWatch Logs. */
  readonly stream?: { readonly region: string; readonly group: string; readonly name: string };
  /** The newest last, each as it was written: it may have line breaks, terminal codes, anything. */
  readonly lines: readonly string[];
  /** Why there are no lines, or not all. */
  readonly note?: string;
  /** It has been told line by line as it came. */
  readonly followed?: true;
}

export interface ContainerEvidence {
  readonly name: string;
  /** ECS does not judge the task by it. */
  readonly essential?: false;
  readonly image?: string;
  readonly status?: string;
  readonly health?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  /** The container runtime's own id. */
  readonly runtimeId?: string;
}
