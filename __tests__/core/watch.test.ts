import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import type { Bake, Check } from '../../src/core/plan.ts';
import { fail, pass, wait } from '../../src/core/verdict.ts';
import { watch } from '../../src/core/watch.ts';
import type { World } from '../../src/core/world.ts';
import { lostCall, refusedCall, smallWorld } from './world.ts';

const check = (within: number): Check => ({ kind: 'check', gates: [{ kind: 'tasks-running' }], within });
const bake = (during: number): Bake => ({ kind: 'bake', gates: [{ kind: 'tasks-running' }], during });
const goodFrom = (moment: number) => (at: number) => (at >= moment ? pass('it runs') : wait('it is PENDING'));

describe('watch', () => {
  it('ends a check as soon as its gate passes, at most five seconds late', async () => {
    const world = smallWorld({ gates: { 'tasks-running': goodFrom(61_000) } });
    await watch(check(900_000), world);
    expect(world.clock.now()).toBeGreaterThanOrEqual(61_000);
    expect(world.clock.now()).toBeLessThanOrEqual(66_000);
  });

  it('looks a last time exactly when the time is over, and passes what is good by then', async () => {
    const world = smallWorld({ gates: { 'tasks-running': goodFrom(60_000) } });
    await watch(check(60_000), world);
    expect(world.clock.now()).toBe(60_000);
  });

  it('fails when the time is over, with the last answer as the reason', async () => {
    const world = smallWorld({ gates: { 'tasks-running': goodFrom(60_001) } });
    const failure = await watch(check(60_000), world).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'verdict', because: 'not within 1m: it is PENDING' });
    expect(world.clock.now()).toBe(60_000);
  });

  it('fails at once when a gate says that it can never become good', async () => {
    const world = smallWorld({
      gates: { 'tasks-running': () => wait('x'), 'targets-healthy': () => fail('no listener', { next: 'add one' }) },
    });
    const step: Check = {
      kind: 'check',
      gates: [{ kind: 'tasks-running' }, { kind: 'targets-healthy' }],
      within: 60_000,
    };
    await expect(watch(step, world)).rejects.toMatchObject({ because: 'no listener', next: 'add one' });
    expect(world.clock.now()).toBe(0);
  });

  it('keeps looking for the whole time of a bake', async () => {
    const world = smallWorld();
    await watch(bake(60_000), world);
    expect(world.clock.now()).toBe(60_000);
    expect(world.asked.get('tasks-running')).toBeGreaterThan(5);
  });

  it('lets a bake recover, but not end on an answer that is not a pass', async () => {
    const recovers = smallWorld({ gates: { 'tasks-running': goodFrom(30_000) } });
    await watch(bake(60_000), recovers);
    const ends = smallWorld({ gates: { 'tasks-running': (at) => (at < 30_000 ? pass('yes') : wait('no')) } });
    await expect(watch(bake(60_000), ends)).rejects.toThrow(Failure);
  });

  it('asks no earlier than a gate says that its answer can change', async () => {
    const world = smallWorld({
      gates: { 'tasks-running': (at) => (at >= 50_000 ? pass('yes') : wait('no', { again: 50_000 - at })) },
    });
    await watch(check(900_000), world);
    expect(world.asked.get('tasks-running')).toBe(2);
  });

  it('does not count a pass that is old', async () => {
    let runs = true;
    const world = smallWorld({
      gates: {
        'tasks-running': (at) => {
          if (at > 20_000) runs = false;
          return runs ? pass('yes', { again: 60_000 }) : fail('it stopped');
        },
        'targets-healthy': goodFrom(30_000),
      },
    });
    const step: Check = {
      kind: 'check',
      gates: [{ kind: 'tasks-running' }, { kind: 'targets-healthy' }],
      within: 60_000,
    };
    await expect(watch(step, world)).rejects.toMatchObject({ because: 'it stopped' });
  });

  it('takes a call without an answer for no answer, and a refused one for the end', async () => {
    const late = smallWorld({
      gates: {
        'tasks-running': (at) => {
          if (at < 20_000) throw lostCall();
          return pass('yes');
        },
      },
    });
    await watch(check(60_000), late);
    const refused = smallWorld({
      gates: {
        'tasks-running': () => {
          throw refusedCall();
        },
      },
    });
    await expect(watch(check(60_000), refused)).rejects.toMatchObject({ kind: 'refused-call' });
    expect(refused.clock.now()).toBe(0);
  });

  it('tells each answer once, and says every minute what it waits for', async () => {
    const world = smallWorld({ gates: { 'tasks-running': goodFrom(300_000) } });
    await watch(check(900_000), world);
    expect(world.events.filter((event) => event.kind === 'verdict')).toHaveLength(2);
    expect(world.events.filter((event) => event.kind === 'waiting').length).toBeGreaterThanOrEqual(4);
  });

  it('stops at once when the job is cancelled', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => wait('no') } });
    const watching = watch(check(900_000), world);
    void world.clock.sleep(12_000).then(world.cancel);
    await expect(watching).rejects.toThrow('cancelled');
    expect(world.clock.now()).toBe(12_000);
  });

  it('asks at a glance during a bake, and thoroughly at its end and in a check', async () => {
    const world = smallWorld();
    const cares: string[] = [];
    const look: World['look'] = {
      ...world.look,
      'tasks-running': async (_, care) => {
        cares.push(care);
        return pass('yes');
      },
    };
    await watch(bake(10_000), { ...world, look });
    await watch(check(10_000), { ...world, look });
    expect(cares.slice(-2)).toEqual(['thorough', 'thorough']);
    expect(new Set(cares.slice(0, -2))).toEqual(new Set(['glance']));
  });
});
