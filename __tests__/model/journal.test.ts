import { describe, expect, it } from 'vitest';
import { createJournal } from '../../src/model/journal.ts';
import { leftBehind, type SavedRun } from '../../src/model/run-state.ts';
import { deregisterTargets, place, restoreService, stopTasks } from '../engine/world.ts';

const other = { ...place, service: 'api' };
const ofOther = { ...stopTasks, place: other };

describe('a journal', () => {
  it('hands over what is left of a service whenever a run of it is saved', () => {
    const written: (readonly SavedRun[])[] = [];
    const journal = createJournal((saved) => written.push(saved), [stopTasks]);
    expect(journal.of(place)).toEqual([stopTasks]);
    journal.save(leftBehind([stopTasks, restoreService], place));
    journal.save(leftBehind([], place));
    expect(written).toEqual([
      [{ journal: [stopTasks, restoreService], touched: false, state: leftBehind([stopTasks, restoreService], place) }],
      [{ journal: [], touched: false, state: leftBehind([], place) }],
    ]);
    expect(journal.pending()).toEqual([]);
  });

  it('keeps services apart: one does not erase what another has to undo', () => {
    const journal = createJournal(() => {}, [deregisterTargets, ofOther]);
    journal.save(leftBehind([stopTasks], place));
    expect(journal.pending()).toEqual([stopTasks, ofOther]);
    journal.save(leftBehind([], other));
    expect(journal.pending()).toEqual([stopTasks]);
    expect(journal.of(other)).toEqual([]);
  });

  it('remembers that a service was touched, also when a later run of it has not touched it', () => {
    let last: readonly SavedRun[] = [];
    const journal = createJournal((saved) => {
      last = saved;
    });
    journal.save({ ...leftBehind([], place), touched: true });
    journal.save(leftBehind([], place));
    expect(last).toMatchObject([{ journal: [], touched: true }]);
  });

  it('begins empty where no earlier process has left anything', () => {
    expect(createJournal(() => {}).pending()).toEqual([]);
  });
});
