import type { Act } from './acts.ts';
import type { Change } from './change.ts';
import type { Bake, Check } from './gates.ts';
import type { Preview } from './preview.ts';
import type { Subject } from './subject.ts';

/** Start unwinding what exists only during the rollout, alongside the steps that follow. */
export interface Retire {
  readonly kind: 'retire';
}

/** The point of no return: nothing that fails from here on makes it a failure, and nothing is undone any more. */
export interface Commit {
  readonly kind: 'commit';
}

export type Step = (Act | Check | Bake | Retire | Commit) & Titled;

/** What every step says of itself. */
export interface Titled {
  readonly title: string;
  /** What a person can run instead, where it is done after the point of no return and may be left over. */
  readonly byHand?: string;
  /** The values that it sends are left out, as they are in a saved state: it can be looked for, and not be carried out. */
  readonly withheld?: true;
}

export interface Plan {
  readonly title: string;
  readonly steps: readonly Step[];
  /** What a person should know before it starts. */
  readonly notes: readonly string[];
  /** What a person has to know before it starts. */
  readonly warnings?: readonly string[];
  /** Whether its last step goes on after the run and is not followed. */
  readonly unattended?: true;
  /** The task that the plan is about, where it is about one: its ARN and its exit code are facts. */
  readonly about?: Subject;
  /** What will be another thing than it is now. */
  readonly changes: readonly Change[];
  /** What a dry run has found out beside. */
  readonly preview?: Preview;
}
