import { describe, expect, it } from 'vitest';
import type { World } from '../../src/engine/world.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Bake, Check } from '../../src/model/gates.ts';
import type { MetricGate } from '../../src/model/measures.ts';
import { fail, inconclusive, pass, type Verdict, wait } from '../../src/model/verdict.ts';
import { lostCall, refusedCall, smallWorld, watch } from './world.ts';

const check = (within: number): Check => ({ kind: 'check', gates: [{ kind: 'tasks-running', of: 'canary' }], within });
const bake = (during: number): Bake => ({ kind: 'bake', gates: [{ kind: 'tasks-running', of: 'canary' }], during });
const both = (within: number): Check => ({
  kind: 'check',
  gates: [
    { kind: 'tasks-running', of: 'canary' },
    { kind: 'targets-healthy', of: 'canary', grace: 0 },
  ],
  within,
});
const goodFrom = (moment: number) => (at: number) => (at >= moment ? pass('it runs') : wait('it is PENDING'));

/** When a gate is asked that never becomes good, in a check of five minutes. */
async function askedAt(
  answer: (at: number) => Verdict,
  { random = 1, backoffFactor = 1 } = {},
): Promise<readonly number[]> {
  const times: number[] = [];
  const gates = {
    'tasks-running': (at: number) => {
      times.push(at);
      return answer(at);
    },
  };
  const world = { ...smallWorld({ gates }), random: () => random, backoffFactor: () => backoffFactor };
  await expect(watch(check(300_000), world)).rejects.toThrow(Failure);
  return times;
}

/** Between two looks; the last of all comes when the time is over. */
const gaps = (times: readonly number[]): readonly number[] =>
  times.slice(1, -1).map((time, i) => time - (times[i] ?? 0));

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
    await expect(watch(both(60_000), world)).rejects.toMatchObject({ because: 'no listener', next: 'add one' });
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
    await expect(watch(both(60_000), world)).rejects.toMatchObject({ because: 'it stopped' });
    expect(world.clock.now()).toBeLessThan(40_000);
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

  it('asks every five seconds where nobody knows when the answer can change: a bit earlier, never later', async () => {
    const times = await askedAt(() => wait('no'), { random: 0.5 });
    expect(gaps(times).every((gap) => gap >= 4000 && gap <= 5000)).toBe(true);
    const earlier = await askedAt(() => wait('no'), { random: 0.9 });
    expect(Math.max(...gaps(earlier))).toBeLessThan(Math.min(...gaps(times)));
    const soon = await askedAt(() => wait('no', { again: 10_000 }), { random: 0.9 });
    expect(soon[1]).toBeGreaterThan(8000);
    expect(soon[1]).toBeLessThan(9800);
  });

  it('asks at the very moment of a forecast, but not twice a second and not seldomer than every two minutes', async () => {
    expect((await askedAt(() => wait('no', { again: 10_001 })))[1]).toBe(10_001);
    expect((await askedAt(() => wait('no', { again: 1 })))[1]).toBeGreaterThan(800);
    expect((await askedAt(() => wait('no', { again: 900_000 })))[1]).toBe(120_000);
  });

  it('asks half as often when AWS throttles', async () => {
    expect((await askedAt(() => wait('no', { again: 20_000 }), { backoffFactor: 2 }))[1]).toBe(40_000);
  });

  it('asks in one go what is due within a second and a half, and alone what is not', async () => {
    const asked = async (after: number) => {
      const times: number[] = [];
      const world = smallWorld({
        gates: {
          'tasks-running': () => wait('no', { again: 20_000 }),
          'targets-healthy': (at) => {
            times.push(at);
            return wait('no', { again: at === 0 ? after : 60_000 });
          },
        },
      });
      await expect(watch(both(40_000), world)).rejects.toThrow(Failure);
      return times;
    };
    expect(await asked(21_500)).toEqual([0, 20_000, 40_000]);
    expect(await asked(21_501)).toEqual([0, 21_501, 40_000]);
  });

  it('asks again before the end only what is older than six seconds', async () => {
    const asked = async (firstPass: number, lastPass: number) => {
      const times: Record<'running' | 'healthy', number[]> = { running: [], healthy: [] };
      const passFrom = (moment: number, asked: number[]) => (at: number) => {
        asked.push(at);
        return at < moment ? wait('no', { again: moment - at }) : pass('yes', { again: 60_000 });
      };
      const gates = {
        'tasks-running': passFrom(firstPass, times.running),
        'targets-healthy': passFrom(lastPass, times.healthy),
      };
      await watch(both(300_000), smallWorld({ gates }));
      return times;
    };
    expect(await asked(14_000, 20_000)).toEqual({ running: [0, 14_000], healthy: [0, 20_000] });
    expect(await asked(14_000, 20_001)).toEqual({ running: [0, 14_000, 20_001], healthy: [0, 20_001] });
  });

  it('says every minute without news since when, for how long at most, and what it waits for', async () => {
    const world = smallWorld({
      gates: {
        'tasks-running': (at) => wait(at < 40_000 ? 'PENDING' : 'ACTIVATING', { again: 20_000 }),
        'targets-healthy': () => pass('healthy', { again: 20_000 }),
      },
    });
    await world.clock.sleep(10_000);
    await expect(watch(both(200_000), world)).rejects.toThrow(Failure);
    const verdicts = [
      { gate: 'tasks-running', verdict: { is: 'wait', because: 'ACTIVATING', again: 20_000 } },
      { gate: 'targets-healthy', verdict: { is: 'pass', because: 'healthy', again: 20_000 } },
    ];
    // The news came after 40 s.
    expect(world.events.filter(({ kind }) => kind === 'waiting')).toEqual([
      { kind: 'waiting', since: 100_000, left: 100_000, verdicts },
      { kind: 'waiting', since: 160_000, left: 40_000, verdicts },
    ]);
  });

  it('never says that less than nothing is left of the time, however long an answer took', async () => {
    const world = smallWorld();
    const evaluate = {
      ...world.evaluate,
      'tasks-running': async () => {
        if (world.clock.now() > 0) await world.clock.sleep(70_000);
        return { verdict: wait('no', { again: 20_000 }) };
      },
    };
    await expect(watch(check(60_000), { ...world, evaluate })).rejects.toThrow(Failure);
    expect(world.events.filter(({ kind }) => kind === 'waiting')).toMatchObject([{ since: 90_000, left: 0 }]);
  });

  it('tells an answer that has changed, whether in word or in reason, and no other', async () => {
    const answers = [wait('a'), wait('a'), wait('b'), pass('b'), pass('b'), wait('b')];
    let n = 0;
    const world = smallWorld({ gates: { 'tasks-running': () => answers[n++] ?? pass('c') } });
    await watch(bake(60_000), world);
    const told = world.events.flatMap((event) => (event.kind === 'verdict' ? [event] : []));
    expect(told).toEqual(
      [wait('a'), wait('b'), pass('b'), wait('b'), pass('c')].map((verdict) => ({
        kind: 'verdict',
        gate: 'tasks-running',
        verdict,
      })),
    );
  });

  it('names, when the time is over, all that is missing, and the first thing to do about it', async () => {
    const evidence = [{ kind: 'alarm', alarm: 'errors', state: 'INSUFFICIENT_DATA' }] as const;
    const call = { kind: 'call', operation: 'x', code: 'ECONNRESET', message: 'm' } as const;
    const world = smallWorld({
      gates: {
        'tasks-running': () => pass('it runs', { next: 'nothing', evidence: [call] }),
        'containers-healthy': () => wait('UNKNOWN'),
        'targets-healthy': () => wait('initial', { next: 'add a listener', evidence }),
        'alarms-quiet': () => {
          throw new Failure('x', { kind: 'unanswered-call', because: 'ECONNRESET', evidence: [call] });
        },
      },
    });
    const step: Check = {
      kind: 'check',
      gates: [
        { kind: 'tasks-running', of: 'canary' },
        { kind: 'containers-healthy', of: 'canary', containers: [], every: 5000 },
        { kind: 'targets-healthy', of: 'canary', grace: 0 },
        { kind: 'alarms-quiet', alarms: [] },
      ],
      within: 60_000,
    };
    await world.clock.sleep(10_000);
    await expect(watch(step, world)).rejects.toMatchObject({
      message: 'containers-healthy, targets-healthy, alarms-quiet',
      kind: 'verdict',
      because: 'not within 1m: UNKNOWN; initial; cannot tell: ECONNRESET',
      evidence: [...evidence, call],
      next: 'add a listener',
    });
  });

  it('has nothing to add where no gate has', async () => {
    const late = smallWorld({ gates: { 'tasks-running': () => wait('PENDING') } });
    await expect(watch(bake(60_000), late)).rejects.toMatchObject({
      because: 'not at the end of 1m: PENDING',
      evidence: [],
      next: '',
    });
    const failed = smallWorld({ gates: { 'tasks-running': () => fail('it stopped') } });
    await expect(watch(bake(60_000), failed)).rejects.toMatchObject({ kind: 'verdict', evidence: [], next: '' });
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
    const evaluate: World['evaluate'] = {
      ...world.evaluate,
      'tasks-running': async (_, { sampling }) => {
        cares.push(sampling);
        return { verdict: pass('yes') };
      },
    };
    await watch(bake(10_000), { ...world, evaluate });
    await watch(check(10_000), { ...world, evaluate });
    expect(cares.slice(-2)).toEqual(['thorough', 'thorough']);
    expect(new Set(cares.slice(0, -2))).toEqual(new Set(['glance']));
  });

  it('waits for an answer that is inconclusive, and lets the step say what it means when the time is over', async () => {
    for (const step of [check(60_000), bake(60_000)]) {
      const unclear = () => smallWorld({ gates: { 'tasks-running': () => inconclusive('too little traffic') } });
      const passes = unclear();
      await watch({ ...step, inconclusive: 'passes' }, passes);
      expect(passes.clock.now()).toBe(60_000);
      const because = expect.stringContaining('too little traffic');
      for (const inconclusive of ['fails', undefined] as const) {
        const fails = watch({ ...step, ...(inconclusive && { inconclusive }) }, unclear());
        await expect(fails).rejects.toMatchObject({ kind: 'verdict', because });
      }
    }
  });

  it('never takes a wait for inconclusive', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => wait('PENDING') } });
    await expect(watch({ ...check(60_000), inconclusive: 'passes' }, world)).rejects.toThrow(Failure);
  });

  it('gives a gate what it remembers of its last answer', async () => {
    const world = smallWorld();
    const seen: unknown[] = [];
    const evaluate: World['evaluate'] = {
      ...world.evaluate,
      'tasks-running': async (_, __, memory) => {
        seen.push(memory);
        const n = seen.length;
        return { verdict: n < 3 ? wait('no') : pass('yes'), memory: { n } };
      },
    };
    await watch(check(60_000), { ...world, evaluate });
    expect(seen).toEqual([{}, { n: 1 }, { n: 2 }]);
  });
});

describe('a metric gate in a bake', () => {
  const measure: MetricGate = {
    kind: 'metric',
    name: 'checkout',
    bounds: { max: 1 },
    onNoData: 'wait',
    metric: { namespace: 'Shop', name: 'Errors', dimensions: {}, statistic: 'Sum', period: 60_000 },
  };
  const place = { region: 'us-west-2', cluster: 'production', service: 'web' };
  const baking = (during: number): Bake => ({
    kind: 'bake',
    gates: [{ kind: 'measure', measure, warmUp: 120_000, place }],
    during,
  });
  /** The first data point is complete after five minutes and a second. */
  const complete = 301_000;
  const answer = (at: number): Verdict =>
    at < complete
      ? wait('no complete period yet', { again: complete - at, settles: complete - at })
      : pass('0, at most 1 allowed', { again: 60_000 });

  it('holds the decision until its first period is complete, however short the bake is', async () => {
    const world = smallWorld({ gates: { measure: answer } });
    await watch(baking(30_000), world);
    expect(world.clock.now()).toBe(complete);
  });

  it('does not hold it longer than its data can take', async () => {
    const world = smallWorld({ gates: { measure: () => wait('cannot tell', { settles: 5_000 }) } });
    await expect(watch(baking(30_000), world)).rejects.toThrow(Failure);
    expect(world.clock.now()).toBe(120_000 + 2 * 60_000 + 120_000 + 180_000);
  });

  it('is named in what is reported and in the failure', async () => {
    const world = smallWorld({ gates: { measure: () => fail('5, at most 1 allowed') } });
    const failure = await watch(baking(30_000), world).catch((error: unknown) => error);
    expect(failure).toMatchObject({ gate: { kind: 'measure', name: 'checkout' } });
    expect(world.events).toMatchObject([{ kind: 'verdict', gate: 'measure', name: 'checkout' }]);
  });
});
