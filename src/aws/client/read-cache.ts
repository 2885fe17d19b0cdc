import type { Duration } from '../../model/duration.ts';

interface Read {
  readonly answer: Promise<object>;
  /** Infinity while it is under way. */
  answeredAt: number;
}

/** Reads that are shared: who asks the same at the same moment, or a moment later, gets the same answer. */
export interface Reads {
  share(key: string, ask: () => Promise<object>): Promise<object>;
  /** What was read before a deed says nothing about the world after it. */
  forget(prefix: string): void;
}

/** Shares answers for as long as they last; an error is never an answer. */
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
