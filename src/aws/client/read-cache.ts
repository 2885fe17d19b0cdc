import type { Duration } from '../../model/duration.ts';

interface Read {
  readonly answer: Promise<object>;
  /** Infinity while the call is in progress. */
  answeredAt: number;
}

/** A cache of reads: concurrent and back-to-back identical reads share one call. */
export interface Reads {
  share(key: string, ask: () => Promise<object>): Promise<object>;
  /** Drops answers from before a write, because they are outdated. */
  forget(prefix: string): void;
}

/** Creates a cache that keeps answers for `lasts` milliseconds. Errors are not cached. */
export function createReads(now: () => number, lasts: Duration): Reads {
  const reads = new Map<string, Read>();
  return {
    forget: (prefix) => {
      for (const key of reads.keys()) if (key.startsWith(prefix)) reads.delete(key);
    },
    share: (key, ask) => {
      const known = reads.get(key);
      if (known !== undefined && now() - known.answeredAt < lasts) return known.answer;
      const read: Read = { answer: ask(), answeredAt: Number.POSITIVE_INFINITY };
      reads.set(key, read);
      read.answer.then(
        () => {
          read.answeredAt = now();
        },
        () => {
          read.answeredAt = 0;
        },
      );
      return read.answer;
    },
  };
}
