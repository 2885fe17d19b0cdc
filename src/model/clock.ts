import { type Duration, second } from './duration.ts';

/** A clock; tests use a virtual one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the duration (milliseconds); rejects with the signal's reason when it is aborted. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** A clock, and the signal that ends its waits. */
export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Returns the result of the work, or of `late` when the limit has passed first. Rejects with the signal's reason when that
 * is aborted. The work is not cancelled; it gets a signal that is aborted when nothing waits for it any more.
 */
export async function withDeadline<T, L>(
  limit: Duration,
  work: (signal: AbortSignal) => Promise<T>,
  { clock, signal }: Waiting,
  late: () => L,
): Promise<T | L> {
  const over = new AbortController();
  const given = AbortSignal.any([signal, over.signal]);
  const timeout = clock.sleep(limit, given).then(late);
  try {
    return await Promise.race([work(given), timeout]);
  } finally {
    over.abort();
  }
}

/**
 * Reads until the answer is the one that is expected, `times` at most with two seconds between, and returns the last
 * answer: AWS may show for some seconds what was there before a change.
 */
export async function readUntil<T>(
  times: number,
  sleep: (duration: Duration) => Promise<void>,
  read: () => Promise<T>,
  isExpected: (answer: T) => boolean,
): Promise<T> {
  for (let count = 1; ; count++) {
    const answer = await read();
    if (count === times || isExpected(answer)) return answer;
    await sleep(2 * second);
  }
}
