import type { Place } from '../model/place.ts';
import { keyOfPlace, type RunState } from '../model/run-state.ts';
import type { Undo } from '../model/undos.ts';

/** Where the runs of a process are saved, so that another process can unwind them. */
export interface Journal {
  /** What is not undone yet: by all runs of this process, and what an earlier process has left. */
  pending(): readonly Undo[];
  /** What of it belongs to one service. */
  of(place: Place): readonly Undo[];
  /** The state of a run replaces what was saved of its service. */
  save(state: RunState): void;
}

/** What is saved of one service. */
export interface Saved {
  readonly journal: readonly Undo[];
  /** The service may have been changed. */
  readonly touched: boolean;
}

/**
 * A journal by service, so that runs of different services do not erase what others have to undo. It hands all of it to
 * `write` whenever a run is saved; `before` is what an earlier process has left.
 */
export function createJournal(write: (saved: readonly Saved[]) => void, before: readonly Undo[] = []): Journal {
  const saved = new Map<string, Saved>();
  for (const undo of before) {
    const key = keyOfPlace(undo.place);
    saved.set(key, { journal: [...(saved.get(key)?.journal ?? []), undo], touched: false });
  }
  return {
    pending: () => [...saved.values()].flatMap(({ journal }) => journal),
    of: (place) => saved.get(keyOfPlace(place))?.journal ?? [],
    save: ({ place, journal, touched }) => {
      const key = keyOfPlace(place);
      saved.set(key, { journal, touched: touched || saved.get(key)?.touched === true });
      write([...saved.values()]);
    },
  };
}
