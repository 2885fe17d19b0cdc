import type { Duration } from './duration.ts';

/** Time as the program sees it, so that an hour can pass in a millisecond. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when the duration has passed; rejects with the signal's reason as soon as that is aborted. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}
