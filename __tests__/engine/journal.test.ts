import { describe, expect, it } from 'vitest';
import { createJournal } from '../../src/engine/journal.ts';
import type { Undo } from '../../src/model/undos.ts';
import { deregisterTargets, restoreService, stopTasks } from './world.ts';

describe('a journal', () => {
  it('saves all of its content at every change, before the call returns', () => {
    const saved: (readonly Undo[])[] = [];
    const journal = createJournal((pending) => saved.push(pending), [stopTasks]);
    journal.record(restoreService);
    journal.record(deregisterTargets);
    journal.forget(deregisterTargets);
    journal.commit();
    journal.forget(stopTasks);
    expect(saved).toEqual([
      [stopTasks, restoreService],
      [stopTasks, restoreService, deregisterTargets],
      [stopTasks, restoreService],
      [stopTasks],
      [],
    ]);
    expect(journal.pending()).toEqual([]);
  });

  it('saves nothing when nothing changes', () => {
    let saves = 0;
    const journal = createJournal(() => saves++, [stopTasks]);
    journal.forget(deregisterTargets);
    journal.commit();
    expect(saves).toBe(0);
    expect(journal.pending()).toEqual([stopTasks]);
  });

  it('begins empty where no earlier process has left anything', () => {
    expect(createJournal(() => {}).pending()).toEqual([]);
  });
});
