import { describe, expect, it } from 'vitest';
import { basic, carryOut, nameOf, type WorldSpec } from '../.github/scripts/bench-worlds.ts';
import type { Account } from '../src/simulator/account.ts';

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

  it.each(['fargate', 'ec2-bridge'] as const)(
    'ends at most five seconds after the least that the world needs, where that is less than a minute: %s',
    async (ground) => {
      const spec: WorldSpec = {
        ...basic,
        ground,
        drain: 0,
        desired: 1,
        tag: ground === 'fargate' ? 'no-pull' : 'good',
      };
      const [real, oracle] = [await carryOut(spec, 'real'), await carryOut(spec, 'oracle')];
      expect(oracle.took).toBeLessThan(60_000);
      expect(real.took - oracle.took).toBeLessThanOrEqual(5_000);
    },
  );

  it('calls AWS no more than once a second on average, with five target groups too', async () => {
    const { callCount, took } = await carryOut({ ...basic, targetGroups: 5 }, 'real');
    expect(callCount).toBeLessThanOrEqual(took / 1000);
  });

  it.each([
    [1, 1],
    [1, 10],
    [1, 200],
    [2, 1],
    [2, 10],
    [2, 200],
  ])('makes at most 60 calls in five minutes behind %i target groups, with %i tasks', async (targetGroups, desired) => {
    const { callCount, took } = await carryOut({ ...basic, targetGroups, drain: 200, desired }, 'real');
    expect(took).toBeGreaterThan(240_000);
    expect(callCount).toBeLessThanOrEqual(60);
  });

  it('makes at most seven calls more for each further target group', async () => {
    const { callCount } = await carryOut({ ...basic, targetGroups: 5, drain: 200, desired: 10 }, 'real');
    expect(callCount).toBeLessThanOrEqual(60 + 3 * 7);
  });

  it.each([
    [0, 1],
    [1, 2],
    [5, 2],
  ])('asks in a bake every five seconds and no more, behind %i target groups', async (targetGroups, things) => {
    const bake = 180_000;
    const baked = await carryOut({ ...basic, targetGroups, request: { bake } }, 'real');
    const plain = await carryOut({ ...basic, targetGroups }, 'real');
    expect(baked.callCount - plain.callCount).toBeLessThanOrEqual(things * 40);
    expect(baked.callCount - plain.callCount).toBeGreaterThanOrEqual(things * 34);
  });

  it.each([1, 2])(
    'is not made longer by a deregistration delay of 300 s, behind %i target groups',
    async (targetGroups) => {
      const beside = async (drain: number) => {
        const { took, deployed } = await carryOut({ ...basic, targetGroups, drain }, 'real');
        return took - deployed;
      };
      expect((await beside(300)) - (await beside(0))).toBeLessThanOrEqual(5_000);
    },
  );

  it('is much sooner at its end than with canarycage, which drains its canaries afterwards', async () => {
    const spec = { ...basic, drain: 300 };
    const [ours, cage] = [await carryOut(spec, 'real'), await carryOut(spec, 'canarycage')];
    expect(cage.took - cage.deployed).toBeGreaterThan(200_000);
    expect(ours.took - ours.deployed).toBeLessThan(60_000);
  });

  it('is the same world every time, whatever is called in it', async () => {
    const [one, another] = [await carryOut(basic, 'oracle'), await carryOut(basic, 'oracle')];
    expect(another).toEqual(one);
    const slow = await carryOut(basic, 'fixed');
    expect(slow.callCount).not.toBe(one.callCount);
    expect(slow.took).toBeGreaterThan(one.took);
  });
});

describe('an event', () => {
  const bake = 120_000;
  const alarms = ['errors'];
  const ring = (account: Account) => account.setAlarm('errors', 'ALARM');
  const events: readonly (readonly [string, string, Partial<WorldSpec>])[] = [
    ['a canary that runs', 'tasks-running', {}],
    ['a container that is healthy', 'containers-healthy', { healthCheck: true }],
    ['a target that is healthy', 'targets-healthy', { targetGroups: 2 }],
    ['a new version that carries requests', 'serving-traffic', { targetGroups: 2 }],
    ['a service that is stable', 'service-stable', { desired: 10 }],
    ['a canary that has stopped', 'tasks-stopped', {}],
    ['an image that cannot be pulled', 'tasks-running (fail)', { tag: 'no-pull' }],
    ['a crash in a bake', 'tasks-running (fail)', { tag: 'crash-late', request: { bake } }],
    [
      'a crash in a bake without load balancer',
      'tasks-running (fail)',
      { tag: 'crash-late', targetGroups: 0, request: { bake } },
    ],
    [
      'a container that turns unhealthy in a bake',
      'containers-healthy (fail)',
      { seed: 2, tag: 'sick-later', healthCheck: true, request: { bake } },
    ],
    ['a target that turns unhealthy in a bake', 'targets-healthy (lost)', { tag: 'sick-later', request: { bake } }],
    [
      'an alarm in a bake',
      'alarms-quiet (fail)',
      { request: { bake, alarms }, trouble: { after: 'bake', delay: 47_000, happens: ring } },
    ],
    [
      'an alarm after the update',
      'alarms-quiet (fail)',
      { request: { alarms }, trouble: { after: 'check', delay: 3_000, happens: ring } },
    ],
  ];

  it.each(events)('is seen within five seconds: %s', async (_, gate, what) => {
    const spec = { ...basic, ...what };
    const [real, oracle] = [await carryOut(spec, 'real'), await carryOut(spec, 'oracle')];
    const [seen = Number.NaN, happened = Number.NaN] = [real.answered.get(gate), oracle.answered.get(gate)];
    expect(seen - happened).toBeLessThanOrEqual(5_000);
  });
});
