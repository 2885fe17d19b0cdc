import { describe, expect, it } from 'vitest';
import { carryOut, nameOf, type WorldSpec } from '../.github/scripts/bench-worlds.ts';

const basic: WorldSpec = { ground: 'fargate', targetGroups: 1, drain: 30, desired: 2, seed: 1 };

/** A few of the figures of `npm run bench`; the rest takes too long for a test. */
describe('what is promised of a good rollout', () => {
  const worlds: readonly WorldSpec[] = [
    { ...basic, targetGroups: 0, drain: 0 },
    { ...basic, drain: 300 },
    { ...basic, targetGroups: 2, drain: 300, desired: 10 },
  ];

  it.each(worlds.map((spec) => [nameOf(spec), spec] as const))(
    'takes at most 1.10 times what the world needs: %s',
    async (_, spec) => {
      const [real, oracle] = [await carryOut(spec, 'real'), await carryOut(spec, 'oracle')];
      expect(oracle.outcome).toBe('succeeded');
      expect(real.outcome).toBe('succeeded');
      expect(real.took).toBeGreaterThanOrEqual(oracle.took);
      expect(real.took / oracle.took).toBeLessThanOrEqual(1.1);
    },
  );

  it('calls AWS no more than once a second on average, with five target groups too', async () => {
    const { callCount, took } = await carryOut({ ...basic, targetGroups: 5 }, 'real');
    expect(callCount).toBeLessThanOrEqual(took / 1000);
  });

  it.each([1, 10, 200])(
    'makes at most 60 calls in five minutes behind a load balancer, with %i tasks',
    async (desired) => {
      const { callCount, took } = await carryOut({ ...basic, drain: 200, desired }, 'real');
      expect(took).toBeGreaterThan(240_000);
      expect(callCount).toBeLessThanOrEqual(60);
    },
  );

  it('makes at most 60 calls without a load balancer', async () => {
    const { callCount } = await carryOut({ ...basic, targetGroups: 0, request: { bake: 170_000 } }, 'real');
    expect(callCount).toBeLessThanOrEqual(60);
  });

  it('is the same world every time, whatever is called in it', async () => {
    const [one, another] = [await carryOut(basic, 'oracle'), await carryOut(basic, 'oracle')];
    expect(another).toEqual(one);
    const slow = await carryOut(basic, 'fixed');
    expect(slow.callCount).not.toBe(one.callCount);
    expect(slow.took).toBeGreaterThan(one.took);
  });
});
