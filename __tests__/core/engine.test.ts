import { describe, expect, it } from 'vitest';
import { execute, unwind } from '../../src/core/engine.ts';
import type { Plan, Step } from '../../src/core/plan.ts';
import { fail, pass, wait } from '../../src/core/verdict.ts';
import { deregisterTargets, lostCall, place, refusedCall, restoreService, smallWorld, stopTasks } from './world.ts';

const restore = { to: 'web:1', before: 'ecs-svc/1', within: 60_000 };
const rivals = { startedBy: 'x', run: 'r', attempt: 1, swept: [] };
const steps = {
  start: { kind: 'start-canary', title: 'start', place, run: 'r', task: {}, stopWithin: 60_000 },
  running: { kind: 'check', title: 'running', gates: [{ kind: 'tasks-running' }], within: 60_000 },
  register: { kind: 'register-targets', title: 'register', place, attachments: [] },
  promote: { kind: 'promote', title: 'promote', place, settings: {}, restore, rivals },
  retire: { kind: 'retire', title: 'retire' },
  stable: { kind: 'check', title: 'stable', gates: [{ kind: 'service-stable', place }], within: 60_000 },
} satisfies Record<string, Step>;
const plan: Plan = {
  title: 'all of it',
  notes: [],
  changes: [],
  steps: [steps.start, steps.running, steps.register, steps.promote, steps.retire, steps.stable],
};

describe('execute', () => {
  it('leaves nothing of the canary, and the new revision, when all is good', async () => {
    const world = smallWorld();
    expect(await execute(plan, world)).toEqual({ is: 'succeeded', serviceIntact: false, leftovers: [] });
    expect([...world.there]).toEqual(['restore-service']);
    expect(world.journal.pending()).toEqual([]);
  });

  it('rejects a canary that is not good, and never touches the service', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => fail('it crashed') } });
    const outcome = await execute(plan, world);
    expect(outcome).toMatchObject({
      is: 'rejected',
      serviceIntact: true,
      cause: { what: 'running', because: 'it crashed' },
    });
    expect([...world.there]).toEqual([]);
  });

  it('brings the service back when the new revision fails in it, and verifies that', async () => {
    const world = smallWorld({ gates: { 'service-stable': () => fail('tasks keep dying') } });
    const outcome = await execute(plan, world);
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true, leftovers: [] });
    expect(world.asked.get('service-restored')).toBeGreaterThan(0);
    expect([...world.there]).toEqual([]);
  });

  it('does not claim to be back before it has seen it', async () => {
    const world = smallWorld({
      gates: { 'service-stable': () => fail('dying'), 'service-restored': () => wait('0 of 2 running') },
    });
    const outcome = await execute(plan, world);
    expect(outcome).toMatchObject({ is: 'rollback-failed', serviceIntact: false });
    expect(outcome.leftovers).toMatchObject([{ what: 'bring the service back', byHand: 'aws …' }]);
  });

  it('says what was found out about a failure, and puts things back meanwhile', async () => {
    const world = smallWorld({
      gates: { 'service-stable': () => fail('tasks keep dying') },
      investigate: async (here, cause) => {
        await here.clock.sleep(5_000);
        return { ...cause, probably: [...here.there].join(', ') || 'all is back' };
      },
    });
    const outcome = await execute(plan, world);
    expect(outcome).toMatchObject({
      is: 'rolled-back',
      cause: { because: 'tasks keep dying', probably: 'all is back' },
    });
  });

  it('ends as it would have when finding out goes wrong', async () => {
    const usual = await execute(plan, smallWorld({ gates: { 'tasks-running': () => fail('it crashed') } }));
    const world = smallWorld({
      gates: { 'tasks-running': () => fail('it crashed') },
      investigate: async () => {
        throw new Error('a bug');
      },
    });
    expect(await execute(plan, world)).toEqual(usual);
  });

  it('finds out nothing when all is good, or when it is cancelled', async () => {
    const asked: string[] = [];
    const investigate = async (_: unknown, cause: { because: string }) => {
      asked.push(cause.because);
      return cause as never;
    };
    await execute(plan, smallWorld({ investigate }));
    const world = smallWorld({
      investigate,
      gates: {
        'tasks-running': () => {
          world.cancel();
          return fail('too late');
        },
      },
    });
    expect((await execute(plan, world)).is).toBe('cancelled');
    expect(asked).toEqual([]);
  });

  it('keeps the first error as the cause, whatever fails afterwards', async () => {
    const world = smallWorld({
      gates: { 'service-stable': () => fail('the cause') },
      breaks: { 'restore-service': () => new Error('and this too'), 'stop-tasks': () => new Error('and that') },
    });
    const outcome = await execute(plan, world);
    expect(outcome.cause?.because).toBe('the cause');
    expect(outcome.leftovers.map(({ because }) => because)).toEqual(['and this too', 'and that']);
  });

  it('undoes nothing of a deed that was refused', async () => {
    const world = smallWorld({ breaks: { promote: refusedCall } });
    expect(await execute(plan, world)).toMatchObject({ is: 'failed', serviceIntact: true });
    expect(world.events.some((event) => event.kind === 'undo' && event.undo.kind === 'restore-service')).toBe(false);
  });

  it('undoes a deed whose answer was lost, because it may have been done', async () => {
    const world = smallWorld({ breaks: { promote: lostCall } });
    expect(await execute(plan, world)).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect(world.asked.get('service-restored')).toBeGreaterThan(0);
  });

  it('undoes nothing of somebody else who has deployed in the meantime', async () => {
    const world = smallWorld({ gates: { 'service-stable': () => fail('another', { superseded: true }) } });
    expect(await execute(plan, world)).toMatchObject({ is: 'superseded', serviceIntact: false, leftovers: [] });
    expect([...world.there]).toEqual(['restore-service']);
  });

  it('never turns a tidy-up that fails into a rollback', async () => {
    const world = smallWorld({ breaks: { 'deregister-targets': () => new Error('no') } });
    const outcome = await execute(plan, world);
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [{ what: 'take the canary out', because: 'no' }] });
    // The one that AWS has not taken is left to `post`.
    expect(world.journal.pending()).toEqual([deregisterTargets]);
  });

  it('drains the canary while the deployment goes on', async () => {
    const drainedAt: number[] = [];
    const world = smallWorld({
      gates: { 'service-stable': (at) => (at >= 40_000 ? pass('stable') : wait('not yet')) },
    });
    const deregister = world.undo['deregister-targets'];
    const undo = {
      ...world.undo,
      'deregister-targets': async (u: Parameters<typeof deregister>[0]) => {
        drainedAt.push(world.clock.now());
        await deregister(u);
      },
    };
    await execute(plan, { ...world, undo });
    expect(drainedAt).toEqual([0]);
  });

  it('counts a check that goes on from the one before it as one phase', async () => {
    const world = smallWorld({
      gates: {
        'service-carries': (at) => (at >= 50_000 ? pass('carries') : wait('not yet')),
        'service-stable': () => wait('not yet'),
      },
    });
    const carries: Step = {
      kind: 'check',
      title: 'carries',
      gates: [{ kind: 'service-carries', place }],
      within: 60_000,
    };
    await execute({ ...plan, steps: [carries, { ...steps.stable, continued: true }] }, world);
    expect(world.clock.now()).toBe(60_000);
  });

  it('leaves everything to post when the job is cancelled', async () => {
    const world = smallWorld({ gates: { 'service-stable': () => wait('not yet') } });
    const running = execute({ ...plan, steps: plan.steps.filter((step) => step.kind !== 'retire') }, world);
    void world.clock.sleep(20_000).then(world.cancel);
    expect(await running).toMatchObject({ is: 'cancelled', serviceIntact: false });
    expect(world.journal.pending()).toEqual([stopTasks, deregisterTargets, restoreService]);
    expect(world.events.some((event) => event.kind === 'undo')).toBe(false);
  });
});

describe('unwind', () => {
  it('puts back the newest first', async () => {
    const world = smallWorld({ before: [stopTasks, deregisterTargets] });
    await unwind(world, 'always', 'hurried');
    const done = world.events.flatMap((event) =>
      event.kind === 'undo' && event.is === 'begun' ? [event.undo.kind] : [],
    );
    expect(done).toEqual(['deregister-targets', 'stop-tasks']);
    expect(world.journal.pending()).toEqual([]);
  });

  it('asks and does not wait when it is in a hurry', async () => {
    const world = smallWorld({ before: [restoreService], gates: { 'service-restored': () => wait('never') } });
    expect((await unwind(world, 'on-failure', 'hurried')).size).toBe(0);
    expect(world.clock.now()).toBe(0);
  });
});
