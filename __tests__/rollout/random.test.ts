import { describe, expect, it } from 'vitest';
import { play } from './random.ts';

/** `SEED=42 npx vitest run random` plays one world again; `WORLDS=100000` plays as many. */
const first = Number(process.env.SEED ?? 1);
const worlds = process.env.SEED === undefined ? Number(process.env.WORLDS ?? 200) : 1;

describe('random worlds', () => {
  it('end in an outcome that the account agrees with, and leave nothing behind', { timeout: 3_600_000 }, async () => {
    const wrong: string[] = [];
    for (let seed = first; seed < first + worlds; seed++) {
      const complaints = await play(seed);
      wrong.push(...complaints.map((complaint) => `SEED=${seed} ${complaint}`));
    }
    expect(wrong).toEqual([]);
  });
});
