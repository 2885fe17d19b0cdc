import type { Place } from './place.ts';
import { keyOfPlace, type RunState, type SavedRun } from './run-state.ts';
import type { Undo } from './undos.ts';

/** Where the runs of a process are saved, so that another process can unwind them. */
export interface Journal {
  /** What is not undone yet: by all runs of this process, and what an earlier process has left. */
  pending(): readonly Undo[];
  /** What of it belongs to one service. */
  of(place: Place): readonly Undo[];
  /** The state of a run replaces what was saved of its service. */
  save(state: RunState): void;
}

/**
 * A journal by service, so that runs of different services do not erase what others have to undo. It hands all of it to
 * `write` whenever a run is saved; `before` is what an earlier process has left.
 */
export function createJournal(write: (saved: readonly SavedRun[]) => void, before: readonly Undo[] = []): Journal {
  const saved = new Map<string, SavedRun>();
  for (const undo of before) {
    const key = keyOfPlace(undo.place);
    saved.set(key, { journal: [...(saved.get(key)?.journal ?? []), undo], touched: false });
  }
  return {
    pending: () => [...saved.values()].flatMap(({ journal }) => journal),
    of: (place) => saved.get(keyOfPlace(place))?.journal ?? [],
    save: (state) => {
      const { place, journal } = state;
      const key = keyOfPlace(place);
      const touched = state.touched || saved.get(key)?.touched === true;
      saved.set(key, { journal, touched, state });
      write([...saved.values()]);
    },
  };
}
