import type { Clock } from '../../model/clock.ts';
import type { Duration } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import type { Aws } from '../client/account.ts';

/** What the tables of acts, looks and undos stand on. */
export interface HandlerContext {
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
  ({ clock, signal }: Pick<HandlerContext, 'clock' | 'signal'>) =>
  (duration: Duration): Promise<void> =>
    clock.sleep(duration, signal);
