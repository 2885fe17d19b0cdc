import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberIn } from '../../src/model/arn.ts';
import { revisionsToDrop } from '../../src/model/retention.ts';

const web = (...numbers: readonly number[]) => numbers.map((n) => `arn:aws:ecs:us-west-2:1:task-definition/web:${n}`);
const drop = (active: readonly number[], keep: number, running: number, previous: number) =>
  revisionsToDrop(web(...active), { keep, running: `web:${running}`, previous: `web:${previous}` }).map(numberIn);

describe('the revisions to deregister', () => {
  it('are the oldest, until the requested number remains', () => {
    expect(drop([1, 2, 3, 4, 5], 3, 5, 4)).toEqual([1, 2]);
    expect(drop([1, 2, 3, 4, 5], 5, 5, 4)).toEqual([]);
    expect(drop([1, 2, 3, 4, 5], 9, 5, 4)).toEqual([]);
  });

  it('are first newer ones that the service never ran', () => {
    expect(drop([1, 2, 3, 4, 5], 4, 5, 2)).toEqual([3]);
    expect(drop([1, 2, 3, 4, 5], 2, 5, 2)).toEqual([3, 4, 1]);
    // For another family it is unknown which of these ever ran.
    const active = web(1, 2, 3);
    expect(revisionsToDrop(active, { keep: 2, running: 'web:3', previous: 'old:1' })).toEqual(web(1));
  });

  it('never include the running and previous revision, nor later registrations', () => {
    expect(drop([2, 7], 1, 7, 2)).toEqual([]);
    expect(drop([1, 2, 3, 8, 9], 1, 3, 2)).toEqual([1]);
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 2 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 10 }), (all, keep) => {
        const [running = 0, previous = 0] = all;
        const active = all.toSorted((a, b) => a - b);
        const gone = drop(active, keep, running, previous);
        expect(gone).not.toContain(running);
        expect(gone).not.toContain(previous);
        expect(gone.every((n) => n < running)).toBe(true);
        expect(active.length - gone.length).toBeGreaterThanOrEqual(Math.min(keep, active.length));
        expect(new Set(gone).size).toBe(gone.length);
      }),
      { seed: 1 },
    );
  });
});
