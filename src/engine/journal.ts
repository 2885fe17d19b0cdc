import type { Undo } from '../model/undos.ts';

/** What is not yet put back, oldest first. It outlives the process: every change is saved before the call returns. */
export interface Journal {
  pending(): readonly Undo[];
  /** Written before the deed. */
  record(undo: Undo): void;
  /** It has been put back. */
  forget(undo: Undo): void;
  /** The point of no return: what would have been undone on a failure stays as it is from now on. */
  commit(): void;
}

/** A journal that hands its whole content to `save` at every change; `before` is what an earlier process has left. */
export function createJournal(save: (pending: readonly Undo[]) => void, before: readonly Undo[] = []): Journal {
  let pending = before;
  const become = (next: readonly Undo[]): void => {
    if (next.length === pending.length) return;
    pending = next;
    save(pending);
  };
  return {
    pending: () => pending,
    record: (undo) => become([...pending, undo]),
    forget: (undo) => become(pending.filter((other) => other !== undo)),
    commit: () => become(pending.filter((undo) => undo.when === 'always')),
  };
}
