import type { Clock } from '../model/clock.ts';

/** When a track goes on that has nothing to do until another one wakes it. */
export const never = Number.POSITIVE_INFINITY;

/** Why a sleep ends early. A reason of our own: the usual one, a DOMException, is slow to create. */
const woken = 'woken';

interface Track {
  readonly work: () => Promise<number>;
  due: number;
  running?: Promise<void>;
}

/**
 * Work that goes on at the same time: each track works until it has to wait, and says until when. While one of them works,
 * the others are called when they are due.
 */
export class Tracks {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #tracks: readonly Track[];
  #woken = new AbortController();
  #cancelSeen: boolean;

  constructor(
    { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
    work: readonly Track['work'][],
  ) {
    this.#clock = clock;
    this.#signal = signal;
    this.#cancelSeen = signal.aborted;
    this.#tracks = work.map((one) => ({ work: one, due: 0 }));
  }

  /** There is something new to do for tracks that wait for others. */
  wake(): void {
    for (const track of this.#tracks) if (track.due === never) track.due = 0;
    this.#woken.abort(woken);
  }

  /** Works until all tracks wait, or until it is over; returns when the first of them goes on. */
  async work(isOver: () => boolean): Promise<number> {
    const wake = () => this.#woken.abort(woken);
    this.#signal.addEventListener('abort', wake);
    try {
      return await this.#workUntilAllWait(isOver);
    } finally {
      this.#signal.removeEventListener('abort', wake);
    }
  }

  async #workUntilAllWait(isOver: () => boolean): Promise<number> {
    for (;;) {
      this.#woken = new AbortController();
      if (this.#signal.aborted && !this.#cancelSeen) this.#woken.abort(woken);
      if (!isOver()) this.#begin();
      const running = this.#tracks.flatMap((track) => track.running ?? []);
      const due = Math.min(...this.#tracks.map((track) => (track.running === undefined ? track.due : never)));
      if (isOver() || running.length === 0) {
        // What is left to itself has no one to tell of its failure.
        for (const one of running) one.catch(() => {});
        return due;
      }
      await Promise.race([...running, this.#until(due)]);
      this.#woken.abort(woken);
    }
  }

  #begin(): void {
    const now = this.#clock.now();
    for (const track of this.#tracks) {
      if (track.running !== undefined || track.due > now) continue;
      track.due = never;
      track.running = this.#run(track);
    }
  }

  async #run(track: Track): Promise<void> {
    try {
      const due = await track.work();
      // Woken while it worked, it looks again.
      track.due = Math.min(track.due, due);
    } finally {
      delete track.running;
    }
  }

  /** When the job is cancelled meanwhile, every track is called once more. */
  async #until(due: number): Promise<void> {
    const { signal } = this.#woken;
    if (due === never) await aborted(signal);
    else await this.#clock.sleep(Math.max(0, due - this.#clock.now()), signal).catch(() => {});
    if (this.#cancelSeen || !this.#signal.aborted) return;
    this.#cancelSeen = true;
    for (const track of this.#tracks) track.due = 0;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
