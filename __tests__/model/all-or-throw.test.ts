import { describe, expect, it } from 'vitest';
import { allOrThrow } from '../../src/model/all-or-throw.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

describe('together', () => {
  it('waits for all, then throws the first error', async () => {
    const clock = new VirtualClock(0);
    const ends = async (moment: number, error?: Error) => {
      await clock.sleep(moment);
      if (error !== undefined) throw error;
    };
    const deeds = [ends(1000), ends(3000, new Error('first in the list')), ends(2000, new Error('first in time'))];
    await expect(allOrThrow([...deeds, ends(4000)])).rejects.toThrow('first in the list');
    expect(clock.now()).toBe(4000);
  });

  it('does not throw without an error', async () => {
    await expect(allOrThrow([Promise.resolve(1), Promise.resolve(2)])).resolves.toBeUndefined();
  });
});
