import type { Session } from './session.ts';

/** When a track goes on that has nothing to do until the state changes. */
export const never = Number.POSITIVE_INFINITY;

/** Why a sleep ends early. A reason of our own: the usual one, a DOMException, is slow to create. */
const woken = 'woken';

/** Does one thing, and says when it goes on. */
export type Work = (session: Session) => Promise<number>;

interface Track {
  readonly work: Work;
  due: number;
  running?: Promise<void>;
}

/**
 * Work that goes on at the same time: each track works until it has to wait, and says until when. While one of them works,
 * the others are called when they are due, and those that wait for others when the state has changed. Returns when all of
 * them wait, or when the run has ended, and says when the first goes on.
 */
export async function workUntilAllWait(session: Session, works: readonly Work[]): Promise<number> {
  const { signal } = session.world;
  const tracks: Track[] = works.map((work) => ({ work, due: 0 }));
  let sleep = new AbortController();
  const cancelled = () => {
    for (const track of tracks) track.due = 0;
    sleep.abort(woken);
  };
  signal.addEventListener('abort', cancelled);
  try {
    for (;;) {
      if (session.outcome === undefined) begin(tracks, session);
      const running = tracks.flatMap((track) => track.running ?? []);
      const due = Math.min(...tracks.map((track) => (track.running === undefined ? track.due : never)));
      if (session.outcome !== undefined || running.length === 0) {
        // What is left to itself has no one to tell of its failure.
        for (const one of running) one.catch(() => {});
        return due;
      }
      sleep = new AbortController();
      await Promise.race([...running, until(due, session, sleep.signal)]);
      sleep.abort(woken);
    }
  } finally {
    signal.removeEventListener('abort', cancelled);
  }
}

function begin(tracks: readonly Track[], session: Session): void {
  const now = session.world.clock.now();
  for (const track of tracks) {
    if (track.running !== undefined || track.due > now) continue;
    track.due = never;
    track.running = run(track, tracks, session);
  }
}

async function run(track: Track, tracks: readonly Track[], session: Session): Promise<void> {
  const before = session.state;
  try {
    const due = await track.work(session);
    // Woken while it worked, it looks again.
    track.due = Math.min(track.due, due);
  } finally {
    delete track.running;
  }
  if (session.state === before) return;
  for (const other of tracks) if (other !== track && other.due === never) other.due = 0;
}

async function until(due: number, { world: { clock } }: Session, signal: AbortSignal): Promise<void> {
  if (due !== never) await clock.sleep(Math.max(0, due - clock.now()), signal).catch(() => {});
  else await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
