import type { Clock } from '../../model/clock.ts';
import type { Duration } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import type { SeenTask } from '../../model/run-state.ts';
import type { LogEvidence } from '../../model/verdict.ts';
import type { Web } from '../../model/web.ts';
import type { Aws } from '../client/account.ts';

/** Reports the logs of a task as they grow. */
export interface LogFollower {
  /** Reports what is new. */
  look(task: SeenTask): Promise<void>;
  /** Reports the last lines of a task that has ended. */
  rest(task: SeenTask): Promise<void>;
  /** What has been read so far. */
  evidence(): readonly LogEvidence[];
}

/** What the tables of acts, gates and undos stand on. What it remembers can be rebuilt from the state of the run. */
export interface HandlerContext {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
  /** Requests of gates to URLs outside AWS. */
  readonly web: Web;
  /** Who follows the logs of a task, by its ARN. */
  readonly followers: Map<string, LogFollower>;
  /** What this process has reported already of containers that are not essential. */
  readonly told: Set<string>;
}

export const createContext = (base: Omit<HandlerContext, 'followers' | 'told'>): HandlerContext => ({
  ...base,
  followers: new Map(),
  told: new Set(),
});

/** Waits for a duration in milliseconds; rejects if the job is cancelled. */
export type Sleep = (duration: Duration) => Promise<void>;

/** The sleep of a context: on its clock, until the job is cancelled. */
export const sleepOn =
  ({ clock, signal }: Pick<HandlerContext, 'clock' | 'signal'>) =>
  (duration: Duration): Promise<void> =>
    clock.sleep(duration, signal);
