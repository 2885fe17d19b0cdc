import { describe, expect, it } from 'vitest';
import { execute } from '../../src/engine/execute.ts';
import { unwindHurried } from '../../src/engine/unwind.ts';
import { Cancelled, Failure } from '../../src/model/failure.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { leftBehind, type RunState } from '../../src/model/run-state.ts';
import type { Undo } from '../../src/model/undos.ts';
import { fail, pass, wait } from '../../src/model/verdict.ts';
import {
  canarySteps,
  deregisterTargets,
  lostCall,
  place,
  refusedCall,
  restoreService,
  type SmallWorld,
  smallWorld,
  starting,
  stopTasks,
} from './world.ts';

const restore = { to: 'web:1', before: 'ecs-svc/1', within: 60_000 };
const definition = { family: 'web', containerDefinitions: [] };
const rivals = { startedBy: 'x', run: 'r', attempt: 1, swept: [] };
const steps = {
  ...canarySteps,
  register: { kind: 'register-targets', title: 'register', of: 'canary', place, attachments: [] },
  promote: { kind: 'promote', title: 'promote', revision: 'web:2', place, settings: {}, restore, rivals },
  retire: { kind: 'retire', title: 'retire' },
  stable: { kind: 'check', title: 'stable', gates: [{ kind: 'service-stable', place }], within: 60_000 },
} satisfies Record<string, Step>;
const plan: Plan = {
  title: 'all of it',
  notes: [],
  changes: [],
  steps: [steps.start, steps.running, steps.register, steps.promote, steps.retire, steps.stable],
};
const bake: Step = { kind: 'bake', title: 'bake', gates: [{ kind: 'alarms-quiet', alarms: [] }], during: 10_000 };
/** The undo of the canary, with a look whether it has stopped. */
const stopVerified: Undo = {
  ...stopTasks,
  verify: {
    kind: 'check',
    gates: [{ kind: 'tasks-stopped', cluster: 'production', startedBy: 's', run: 'r' }],
    within: 60_000,
  },
};
const never = new Promise<void>(() => {});

/** A world whose undo of the canary is another one. */
const stopping = (world: SmallWorld, undo: Undo): SmallWorld => starting(world, { undo: () => [undo] });
const stepsIn = ({ events }: SmallWorld) =>
  events.flatMap((event) => (event.kind === 'step' ? [[event.index, event.is, event.because]] : []));
const undosIn = ({ events }: SmallWorld) =>
  events.flatMap((event) => (event.kind === 'undo' ? [[event.undo.kind, event.is, event.because]] : []));

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

  it('has not touched the service when all there is to undo is a revision that nobody runs', async () => {
    const deregister: Undo = {
      kind: 'deregister-revision',
      when: 'on-failure',
      title: 'deregister web:2',
      changed: 'other',
      phase: 'records',
      byHand: 'aws …',
      place,
      family: 'web',
      since: 0,
      containers: '',
    };
    const world = smallWorld({ breaks: { 'start-canary': refusedCall } });
    const register: Step = {
      kind: 'register-revision',
      as: 'revision',
      title: 'register',
      definition: { ...definition },
    };
    const act = { ...world.act, 'register-revision': { ...world.act['register-revision'], undo: () => [deregister] } };
    const outcome = await execute({ ...plan, steps: [register, ...plan.steps] }, { ...world, act });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(undosIn(world).map(([kind]) => kind)).toContain('deregister-revision');
    expect(world.journal.pending()).toEqual([]);
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
      'deregister-targets': async (u: Parameters<typeof deregister>[0], state: RunState) => {
        drainedAt.push(world.clock.now());
        return deregister(u, state);
      },
    };
    await execute(plan, { ...world, undo });
    expect(drainedAt).toEqual([0]);
  });

  it('counts a check that goes on from the one before it as one phase', async () => {
    const world = smallWorld({
      gates: {
        'serving-traffic': (at) => (at >= 50_000 ? pass('carries') : wait('not yet')),
        'service-stable': () => wait('not yet'),
      },
    });
    const carries: Step = {
      kind: 'check',
      title: 'carries',
      gates: [{ kind: 'serving-traffic', place }],
      within: 60_000,
    };
    await execute({ ...plan, steps: [carries, { ...steps.stable, since: 'check-before' }] }, world);
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

describe('a step', () => {
  it('is told when it begins and when it is done', async () => {
    const world = smallWorld();
    await execute({ ...plan, steps: [steps.start, steps.running] }, world);
    expect(stepsIn(world)).toEqual([
      [0, 'begun', undefined],
      [0, 'done', undefined],
      [1, 'begun', undefined],
      [1, 'done', undefined],
    ]);
  });

  it('that fails is told with its reason, and is the last', async () => {
    const world = smallWorld({ breaks: { 'start-canary': refusedCall } });
    await execute(plan, world);
    expect(stepsIn(world)).toEqual([
      [0, 'begun', undefined],
      [0, 'failed', 'ecs:UpdateService: AccessDenied'],
    ]);
  });

  it('that the cancelled job stops is told as stopped, and the next is not begun', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => wait('PENDING') } });
    void world.clock.sleep(20_000).then(world.cancel);
    await execute(plan, world);
    expect(stepsIn(world).slice(2)).toEqual([
      [1, 'begun', undefined],
      [1, 'stopped', 'cancelled'],
    ]);
  });

  it('does nothing any more when the job was cancelled during the one before', async () => {
    const world = smallWorld();
    const register = {
      ...world.act['register-revision'],
      do: async () => {
        world.cancel();
        return {};
      },
    };
    const first: Step = { kind: 'register-revision', as: 'revision', title: 'register', definition: {} as never };
    await execute(
      { ...plan, steps: [first, steps.start] },
      { ...world, act: { ...world.act, 'register-revision': register } },
    );
    expect([...world.there]).toEqual([]);
  });

  it('that bakes keeps looking for all of its time', async () => {
    const world = smallWorld();
    await execute({ ...plan, steps: [bake] }, world);
    expect(world.clock.now()).toBe(10_000);
  });

  it('that checks has all of its time from its own beginning', async () => {
    const world = smallWorld({ gates: { 'tasks-running': (at) => (at < 65_000 ? wait('PENDING') : pass('yes')) } });
    expect(await execute({ ...plan, steps: [bake, steps.running] }, world)).toMatchObject({ is: 'succeeded' });
  });

  it('whose deed knows more than its undo leaves the better undo in the journal', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => wait('PENDING') } });
    const better = { ...stopTasks, tasks: ['task/1'] };
    const start = { ...world.act['start-canary'], undo: () => [stopTasks], do: async () => ({ undos: [better] }) };
    void world.clock.sleep(20_000).then(world.cancel);
    await execute(plan, { ...world, act: { ...world.act, 'start-canary': start } });
    expect(world.journal.pending()).toEqual([better]);
  });
});

describe('the name of an outcome', () => {
  const register: Step = { kind: 'register-revision', as: 'revision', title: 'register', definition: {} as never };

  it('is rejected when nothing but a revision and a canary was made', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => fail('it crashed') } });
    const outcome = await execute({ ...plan, steps: [register, ...plan.steps] }, world);
    expect(outcome).toMatchObject({ is: 'rejected', serviceIntact: true });
  });

  it('is rolled-back when a deed is refused after the service was updated', async () => {
    const world = smallWorld({ breaks: { 'register-targets': refusedCall } });
    const outcome = await execute({ ...plan, steps: [steps.promote, steps.register] }, world);
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
    expect([...world.there]).toEqual([]);
  });

  it('is rolled-back when the second update of the service is refused and the first was done', async () => {
    const world = smallWorld();
    let updates = 0;
    const updatesOnce = async () => {
      if (++updates > 1) throw refusedCall();
      return {};
    };
    const act = { ...world.act, promote: { ...world.act.promote, do: updatesOnce } };
    const again: Step = { ...steps.promote, title: 'again', revision: 'web:3' };
    const outcome = await execute({ ...plan, steps: [steps.promote, again] }, { ...world, act });
    expect(outcome).toMatchObject({ is: 'rolled-back', serviceIntact: true });
  });

  it('is superseded, and promises nothing of the service, when somebody else was there before us', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => fail('another', { superseded: true }) } });
    expect(await execute(plan, world)).toMatchObject({ is: 'superseded', serviceIntact: false });
  });

  it('is cancelled when the job is cancelled while the service is brought back', async () => {
    const world = smallWorld({
      gates: { 'service-stable': () => fail('dying'), 'service-restored': () => wait('0 of 2 running') },
    });
    void world.clock.sleep(20_000).then(world.cancel);
    const outcome = await execute(plan, world);
    expect(outcome).toEqual({
      is: 'cancelled',
      serviceIntact: false,
      cause: { what: 'stable', because: 'dying', evidence: [], next: '', gate: { kind: 'service-stable' } },
      leftovers: [],
    });
    expect(world.journal.pending()).toEqual([restoreService]);
    expect(undosIn(world).some(([, is]) => is === 'failed')).toBe(false);
  });

  it('is cancelled at once, whatever is still being put back beside the steps', async () => {
    const world = smallWorld({ gates: { 'service-stable': () => wait('not yet') } });
    const undo = { ...world.undo, 'deregister-targets': () => never.then(() => undefined) };
    void world.clock.sleep(20_000).then(world.cancel);
    expect(await execute(plan, { ...world, undo })).toMatchObject({ is: 'cancelled', leftovers: [] });
    expect(world.journal.pending()).toEqual([stopTasks, deregisterTargets, restoreService]);
  });
});

describe('the cause of a failure', () => {
  const causeOf = async (error: unknown) => {
    const world = smallWorld({ breaks: { 'start-canary': () => error } });
    return (await execute(plan, world)).cause;
  };

  it('names the step, and the call where it was a call', async () => {
    const nothing = { evidence: [], next: '' };
    expect(await causeOf(refusedCall())).toEqual({
      what: 'start',
      because: 'ecs:UpdateService: AccessDenied',
      ...nothing,
    });
    expect(await causeOf(lostCall())).toEqual({ what: 'start', because: 'ecs:UpdateService: ECONNRESET', ...nothing });
    expect(await causeOf(new TypeError('x is undefined'))).toEqual({
      what: 'start',
      because: 'x is undefined',
      ...nothing,
    });
  });

  it('has the evidence and the advice of what failed', async () => {
    const evidence = [{ kind: 'alarm', alarm: 'errors', state: 'ALARM' }] as const;
    const failure = new Failure('alarms-quiet', { kind: 'verdict', because: 'it rings', evidence, next: 'look at it' });
    expect(await causeOf(failure)).toEqual({ what: 'start', because: 'it rings', evidence, next: 'look at it' });
  });

  it('says of a conflict who was first, not which call it kept from being made', async () => {
    const details = { kind: 'refused-call', because: 'run 8 was first', conflict: true } as const;
    expect(await causeOf(new Failure('ecs:UpdateService', details))).toEqual({
      what: 'start',
      because: 'run 8 was first',
      evidence: [],
      next: '',
      conflict: true,
    });
  });

  it('is the signal when the job was cancelled, whatever the cancelled step says', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => wait('PENDING') } });
    const abort = new AbortController();
    const act = {
      ...world.act,
      'start-canary': {
        ...world.act['start-canary'],
        do: async () => {
          abort.abort(new Cancelled('SIGINT'));
          throw lostCall();
        },
      },
    };
    expect((await execute(plan, { ...world, act, signal: abort.signal })).cause).toEqual({
      what: 'start',
      because: 'the job was cancelled (SIGINT)',
      evidence: [],
      next: '',
    });
  });
});

describe('what is put back beside the steps', () => {
  it('is tried once more at the end when AWS has not taken it, and then it is no leftover', async () => {
    let refusals = 0;
    const world = smallWorld();
    const stop = world.undo['stop-tasks'];
    const undo = {
      ...world.undo,
      'stop-tasks': async (what: Parameters<typeof stop>[0], state: RunState) => {
        if (refusals++ === 0) throw new Error('no');
        return stop(what, state);
      },
    };
    expect(await execute(plan, { ...world, undo })).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect([...world.there]).toEqual(['restore-service']);
    expect(world.journal.pending()).toEqual([]);
  });

  it('is looked at when it is due, and not when another step is', async () => {
    const times: number[] = [];
    const world = stopping(
      smallWorld({
        gates: {
          'service-stable': (at) => (at >= 38_000 ? pass('stable') : wait('not yet', { again: 19_000 })),
          'tasks-stopped': (at) => {
            times.push(at);
            return at >= 40_000 ? pass('stopped') : wait('STOPPING', { again: 20_000 });
          },
        },
      }),
      stopVerified,
    );
    expect(await execute(plan, world)).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(times).toEqual([0, 20_000, 40_000]);
  });

  it('is a leftover when it was asked for and never seen, and is not asked for again', async () => {
    const world = stopping(smallWorld({ gates: { 'tasks-stopped': () => wait('STOPPING') } }), stopVerified);
    const because = 'requested, but not confirmed: tasks-stopped: not within 1m: STOPPING';
    expect(await execute(plan, world)).toEqual({
      is: 'succeeded',
      serviceIntact: false,
      leftovers: [{ what: 'stop the canary', because, byHand: 'aws …' }],
    });
    expect(undosIn(world)).toEqual([
      ['deregister-targets', 'begun', undefined],
      ['deregister-targets', 'asked', undefined],
      ['stop-tasks', 'begun', undefined],
      ['stop-tasks', 'asked', undefined],
      ['stop-tasks', 'failed', because],
    ]);
    expect(world.journal.pending()).toEqual([]);
  });

  it('is left to post when the job is cancelled after the last check, and each thing is named once', async () => {
    const world = stopping(
      smallWorld({
        gates: { 'tasks-stopped': () => wait('STOPPING') },
        breaks: { 'deregister-targets': () => new Error('no') },
      }),
      stopVerified,
    );
    void world.clock.sleep(20_000).then(world.cancel);
    const left = 'the job was cancelled before it was done; the post step does it';
    expect(await execute({ ...plan, steps: plan.steps.filter(({ kind }) => kind !== 'retire') }, world)).toEqual({
      is: 'succeeded',
      serviceIntact: false,
      leftovers: [
        { what: 'take the canary out', because: 'no', byHand: 'aws …' },
        { what: 'stop the canary', because: left, byHand: 'aws …' },
      ],
    });
    expect(world.journal.pending()).toEqual([stopVerified, deregisterTargets]);
  });
});

describe('what is unwound', () => {
  const nothing: Plan = { ...plan, steps: [] };
  const fails: Plan = { ...plan, steps: [steps.running] };
  const gates = { 'tasks-running': () => fail('it crashed') };

  it('is what was recorded last first', async () => {
    const other: Undo = { ...stopTasks, title: 'stop another' };
    const world = smallWorld({ before: [stopTasks, other] });
    await execute(nothing, world);
    const titles = world.events.flatMap((event) =>
      event.kind === 'undo' && event.is === 'begun' ? [event.undo.title] : [],
    );
    expect(titles).toEqual(['stop another', 'stop the canary']);
    expect(world.journal.pending()).toEqual([]);
  });

  it('is traffic before what carries it, and what it runs last, in whatever order it was recorded', async () => {
    const records: Undo = { ...stopTasks, phase: 'records', title: 'deregister' };
    const traffic: Undo = { ...stopTasks, phase: 'traffic', title: 'weights' };
    const world = smallWorld({ before: [traffic, deregisterTargets, stopTasks, records] });
    await execute(nothing, world);
    const titles = world.events.flatMap((event) =>
      event.kind === 'undo' && event.is === 'begun' ? [event.undo.title] : [],
    );
    expect(titles).toEqual(['weights', 'take the canary out', 'stop the canary', 'deregister']);
  });

  it('is told when it is asked for and when it has been seen', async () => {
    const world = smallWorld({ before: [restoreService], gates });
    await execute(fails, world);
    expect(undosIn(world)).toEqual([
      ['restore-service', 'begun', undefined],
      ['restore-service', 'asked', undefined],
      ['restore-service', 'verified', undefined],
    ]);
    expect(world.journal.pending()).toEqual([]);
  });

  it('is nothing more once the job is cancelled in between', async () => {
    const world = smallWorld({ before: [stopTasks, deregisterTargets] });
    const undo = {
      ...world.undo,
      'deregister-targets': async () => {
        world.cancel();
        return undefined;
      },
    };
    await execute(nothing, { ...world, undo });
    expect(world.journal.pending()).toEqual([stopTasks]);
  });
});

describe('a one-off task', () => {
  const begun: Step = {
    kind: 'check',
    title: 'begun',
    gates: [{ kind: 'task-begun', of: 'migrate' }],
    within: 60_000,
    task: 'migrate',
  };
  const finished: Step = { ...begun, title: 'finished', gates: [{ kind: 'task-finished', of: 'migrate' }] };
  const run: Step = {
    kind: 'run-task',
    title: 'run',
    place,
    as: 'migrate',
    revision: 'web:2',
    container: 'web',
    essential: [],
    run: 'r',
    task: {},
    stopWithin: 60_000,
  };
  const planOf = (...all: readonly Step[]): Plan => ({ title: 'run', notes: [], changes: [], steps: all });

  it('that was not good is a rejection, and its name is in the cause', async () => {
    const world = smallWorld({ gates: { 'task-finished': () => fail('exit code 3') } });
    const outcome = await execute(planOf(run, begun, finished), world);
    expect(outcome).toMatchObject({ is: 'rejected', cause: { task: 'migrate', because: 'exit code 3' } });
    expect([...world.there]).toEqual([]);
  });

  it('that never began, where nothing else was to be tried, has failed', async () => {
    const world = smallWorld({ gates: { 'task-begun': () => fail('no such image') } });
    const preliminary: Step = { ...begun, judges: 'what-is-there' };
    expect((await execute(planOf(run, preliminary, finished), world)).is).toBe('failed');
    const late = smallWorld({ gates: { 'task-begun': () => wait('PENDING') } });
    expect((await execute(planOf(run, preliminary, finished), late)).is).toBe('failed');
  });

  it('that has come to its end by itself is not put back, whether it was good or not', async () => {
    for (const answer of [pass('exit code 0'), fail('exit code 3')]) {
      let ended = false;
      const small = smallWorld({
        gates: {
          'task-finished': () => {
            ended = true;
            return answer;
          },
        },
      });
      const world = { ...small, isVoid: ({ kind }: Undo) => kind === 'stop-tasks' && ended };
      await execute(planOf(run, begun, finished), world);
      expect(undosIn(small)).toEqual([]);
      expect(small.journal.pending()).toEqual([]);
    }
  });
});

describe('unwindHurried', () => {
  it('asks for everything, the service first, and waits for nothing', async () => {
    const world = smallWorld({
      before: [stopVerified, deregisterTargets, restoreService],
      gates: { 'service-restored': () => wait('never'), 'tasks-stopped': () => wait('never') },
    });
    expect(await unwindHurried(leftBehind(world.left, place), world)).toEqual([]);
    expect(undosIn(world).flatMap(([kind, is]) => (is === 'asked' ? [kind] : []))).toEqual([
      'restore-service',
      'deregister-targets',
      'stop-tasks',
    ]);
    expect(world.clock.now()).toBe(0);
    expect(world.journal.pending()).toEqual([]);
  });

  it('goes on after what did not work, and says all of it', async () => {
    const world = smallWorld({
      before: [stopTasks, deregisterTargets, restoreService],
      breaks: { 'restore-service': () => new Error('no'), 'deregister-targets': () => new Error('nor that') },
    });
    const left = await unwindHurried(leftBehind(world.left, place), world);
    expect(left.map(({ leftover }) => leftover)).toEqual([
      { what: 'bring the service back', because: 'no', byHand: 'aws …' },
      { what: 'take the canary out', because: 'nor that', byHand: 'aws …' },
    ]);
    expect(world.journal.pending()).toEqual([deregisterTargets, restoreService]);
  });
});
