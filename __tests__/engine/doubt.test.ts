import { describe, expect, it } from 'vitest';
import { advance } from '../../src/engine/advance.ts';
import { execute, resume } from '../../src/engine/execute.ts';
import type { Plan } from '../../src/model/plan.ts';
import { newRun, type RunState } from '../../src/model/run-state.ts';
import { fail, pass, wait } from '../../src/model/verdict.ts';
import {
  canarySteps,
  deregisterTargets,
  lostCall,
  place,
  refusedCall,
  smallWorld,
  starting,
  stopTasks,
} from './world.ts';

const { start, running } = canarySteps;
const plan: Plan = { title: 'a canary', notes: [], changes: [], steps: [start, running] };
const better = { ...stopTasks, tasks: ['task/1'] };
const canary = { arn: 'task/1', cluster: 'c', startedAt: 0, revision: 'web:2', quick: false, containers: [] };
const learned = { tasks: { canary } };

/** The state that was saved before the first call of the act. */
async function inDoubt(): Promise<RunState> {
  const world = smallWorld();
  await execute(plan, world);
  const [state] = world.saved;
  if (state === undefined) throw new Error('nothing was saved');
  return state;
}

describe('an act', () => {
  it('is saved with its undos before its first call, and with what it has learned after the last', async () => {
    const small = smallWorld();
    const before: RunState[] = [];
    const world = starting(small, {
      do: async () => {
        before.push(...small.saved);
        return { learned, undos: [better] };
      },
    });
    await execute(plan, world);
    expect(before).toMatchObject([
      { next: 0, journal: [stopTasks], inDoubt: { step: 0, undos: [stopTasks], touchedBefore: false } },
    ]);
    expect(small.saved[1]).toMatchObject({ journal: [better], learned });
    expect(small.saved[1]).not.toHaveProperty('inDoubt');
  });

  it('can record an undo on its way, which is saved before it goes on', async () => {
    const small = smallWorld();
    const world = {
      ...small,
      act: {
        ...small.act,
        'start-canary': {
          ...small.act['start-canary'],
          do: async (
            _: unknown,
            { record }: { record: (undos: readonly (typeof deregisterTargets)[]) => Promise<void> },
          ) => {
            await record([deregisterTargets]);
            expect(small.saved.at(-1)?.journal).toEqual([stopTasks, deregisterTargets]);
            throw refusedCall();
          },
        },
      },
    };
    expect(await execute(plan, world)).toMatchObject({ is: 'failed', leftovers: [] });
    // What AWS has refused has not been done: nothing of it is undone.
    expect(small.events.some((event) => event.kind === 'undo')).toBe(false);
  });

  it('is not done when another process could not undo it', async () => {
    const small = smallWorld();
    const save = async () => {
      throw new Error('the disk is full');
    };
    const outcome = await execute(plan, { ...small, save });
    expect(outcome).toMatchObject({ is: 'failed', serviceIntact: true, cause: { because: 'the disk is full' } });
    expect([...small.there]).toEqual([]);
    expect(small.events.some((event) => event.kind === 'undo')).toBe(false);
  });

  it('stays done although that cannot be saved any more, and the run goes on and says so', async () => {
    const small = smallWorld();
    let saves = 0;
    const save = async () => {
      if (saves++ > 0) throw new Error('the disk is full');
    };
    expect(await execute(plan, { ...small, save })).toMatchObject({ is: 'succeeded' });
    const message = 'The state of the run could not be saved: the disk is full';
    expect(small.events).toContainEqual({ kind: 'warning', message });
  });

  it('drops from the plan what nobody needs any more', async () => {
    const small = smallWorld();
    const spent = { ...start, task: { group: 'spent' } } as never;
    await execute(plan, starting(small, { do: async () => ({ spent }) }));
    expect(small.saved.at(-1)?.plan.steps).toEqual([spent, running]);
  });
});

describe('an act in doubt', () => {
  it('that was done is not repeated, and what it has learned is known', async () => {
    const small = smallWorld({ gates: { 'tasks-running': () => fail('it crashed') } });
    const world = starting(small, {
      find: async () => ({ is: 'done', learned, undos: [better] }),
      do: () => Promise.reject(new Error('repeated')),
    });
    expect(await resume(await inDoubt(), world)).toMatchObject({ is: 'rejected', cause: { because: 'it crashed' } });
    expect(small.saved[0]).toMatchObject({ journal: [better], learned });
    expect(small.events.flatMap((event) => (event.kind === 'undo' ? event.undo : []))).toContainEqual(better);
  });

  it('that was not done is done', async () => {
    const small = smallWorld();
    expect(await resume(await inDoubt(), small)).toMatchObject({ is: 'succeeded', leftovers: [] });
  });

  it('of which nobody can tell fails with the reason, is never repeated, and is undone', async () => {
    const small = smallWorld();
    const world = starting(small, {
      find: async () => ({ is: 'unknown', because: 'ECS does not say' }),
      do: () => Promise.reject(new Error('repeated')),
    });
    const outcome = await resume(await inDoubt(), world);
    expect(outcome).toMatchObject({
      is: 'failed',
      cause: { because: expect.stringMatching(/unknown whether AWS carried it out: ECS does not say/) },
    });
    expect(small.events.flatMap((event) => (event.kind === 'undo' ? event.is : []))).toEqual(['begun', 'asked']);
  });

  it('that is refused when it is asked for again is undone: the first request may have been carried out', async () => {
    const small = smallWorld({ breaks: { 'start-canary': refusedCall } });
    expect(await resume(await inDoubt(), small)).toMatchObject({ is: 'failed', serviceIntact: true, leftovers: [] });
    expect(small.events.flatMap((event) => (event.kind === 'undo' ? event.is : []))).toEqual(['begun', 'asked']);
  });

  it('that cannot be looked for is one of which nobody can tell', async () => {
    const small = smallWorld();
    const world = starting(small, {
      find: () => Promise.reject(refusedCall()),
      do: () => Promise.reject(new Error('repeated')),
    });
    const because = expect.stringMatching(/unknown whether AWS carried it out: ecs:UpdateService: AccessDenied/);
    expect(await resume(await inDoubt(), world)).toMatchObject({ is: 'failed', cause: { because } });
    expect(small.events.flatMap((event) => (event.kind === 'undo' ? event.is : []))).toEqual(['begun', 'asked']);
  });

  it('whose answer is lost is undone', async () => {
    const small = smallWorld({ breaks: { 'start-canary': lostCall } });
    await resume(await inDoubt(), small);
    expect(small.events.flatMap((event) => (event.kind === 'undo' ? event.is : []))).toEqual(['begun', 'asked']);
  });
});

describe('advance', () => {
  it('works until there is only waiting left, and says how long', async () => {
    const world = smallWorld({ gates: { 'tasks-running': () => wait('PENDING', { again: 20_000 }) } });
    const advanced = await advance(newRun(plan, place), world);
    expect(advanced).toMatchObject({ again: 20_000, state: { next: 1, begun: true } });
    expect(world.clock.now()).toBe(0);
  });

  it('leaves a state that is plain JSON, after every pause', async () => {
    const world = smallWorld({
      gates: { 'tasks-running': (at) => (at >= 40_000 ? pass('yes') : wait('no', { again: 20_000 })) },
    });
    let state = newRun(plan, place);
    for (let pauses = 0; ; pauses++) {
      const advanced = await advance(state, world);
      expect(JSON.parse(JSON.stringify(advanced.state))).toEqual(advanced.state);
      state = advanced.state;
      if ('outcome' in advanced) {
        expect(pauses).toBe(2);
        expect(advanced.outcome.is).toBe('succeeded');
        return;
      }
      await world.clock.sleep(advanced.again);
    }
  });

  it('looks for what an earlier attempt of the job has begun, with its undos recorded, and does not repeat it', async () => {
    const small = smallWorld();
    const seen: (RunState | undefined)[] = [];
    const started = { ...small.act['start-canary'] };
    const find: typeof started.find = async (_, state) => {
      seen.push(state);
      return { is: 'done', learned };
    };
    const world = { ...small, act: { ...small.act, 'start-canary': { ...started, find } } };
    const earlier = [{ step: 0, at: -9_000, deployment: 'ecs-svc/2' }];
    expect((await execute(plan, world, earlier)).is).toBe('succeeded');
    expect(seen).toMatchObject([
      { journal: [stopTasks], inDoubt: { step: 0, at: -9_000, earlier: earlier[0] }, earlier: [] },
    ]);
    expect(small.there.has('stop-tasks')).toBe(false);
  });

  it('keeps an undo that the act gives once more after it was done', async () => {
    const small = smallWorld();
    const start = { ...small.act['start-canary'], do: async () => ({ undos: [{ ...stopTasks }] }) };
    const world = {
      ...small,
      act: { ...small.act, 'start-canary': start },
      role: 'arn:aws:iam::123456789012:role/deploy',
    };
    await execute({ ...plan, steps: plan.steps.slice(0, 1) }, world);
    const doing = small.saved.filter(({ next }) => next === 0).map(({ journal }) => journal.length);
    expect(doing).toEqual([1, 1]);
  });

  it('records the role of the run with each undo', async () => {
    const world = smallWorld();
    await execute(plan, { ...world, role: 'arn:aws:iam::123456789012:role/deploy' });
    expect(world.saved[0]?.journal).toEqual([{ ...stopTasks, role: 'arn:aws:iam::123456789012:role/deploy' }]);
  });
});
