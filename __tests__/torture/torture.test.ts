import { describe, expect, it } from 'vitest';
import { play } from './play.ts';
import { worldOf } from './world.ts';

/** `SEED=42 npx vitest run torture` plays one world again; `npm run torture -- 100000` plays as many. */
const first = Number(process.env.SEED ?? 1);
const worlds = process.env.SEED === undefined ? 2_000 : 1;

describe('random worlds', () => {
  it('end in an outcome that the account agrees with, and leave nothing behind', { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    for (let seed = first; seed < first + worlds; seed++) {
      const { complaints } = await play(seed);
      wrong.push(...complaints.map((complaint) => `SEED=${seed} ${complaint}`));
    }
    expect(wrong).toEqual([]);
  });

  it('have the same course with and without the SDK', async () => {
    // With a fault it depends on which of two calls of the same moment is the first.
    const fair = Array.from({ length: 60 }, (_, i) => first + i).filter((seed) => worldOf(seed).faults.length === 0);
    for (const seed of fair) {
      // A moment decides whether two ask together or one after the other: calls and seconds may differ by one.
      const { outcome, complaints } = await play(seed, 'sdk');
      expect(await play(seed)).toMatchObject({ outcome, complaints });
    }
  });
});
