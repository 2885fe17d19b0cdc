import type { Duration } from './duration.ts';

/** A clock; tests use a virtual one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the duration (milliseconds); rejects with the signal's reason when it is aborted. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}
