import type { Clock } from '../core/clock.ts';
import type { Duration } from '../core/duration.ts';
import type { Event } from '../core/event.ts';
import type { Aws } from './call.ts';

/** What the tables of acts, looks and undos stand on. */
export interface Ground {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
  readonly cluster: string;
  /** The health-check grace period of the service. */
  readonly grace: Duration;
}

/** Sleeps on the ground's clock until the job is cancelled. */
export const sleepOn =
  ({ clock, signal }: Pick<Ground, 'clock' | 'signal'>) =>
  (duration: Duration): Promise<void> =>
    clock.sleep(duration, signal);
