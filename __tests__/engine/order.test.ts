import { describe, expect, it } from 'vitest';
import { advance } from '../../src/engine/advance.ts';
import { execute, resume } from '../../src/engine/execute.ts';
import { unwindHurried } from '../../src/engine/unwind.ts';
import type { World } from '../../src/engine/world.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { leftBehind, newRun, type Repair } from '../../src/model/run-state.ts';
import { storable } from '../../src/model/storable.ts';
import type { Undo } from '../../src/model/undos.ts';
import { fail, pass, wait } from '../../src/model/verdict.ts';
import {
  canarySteps,
  deregisterTargets,
  place,
  refusedCall,
  restoreService,
  type Script,
  type SmallWorld,
  smallWorld,
  stopTasks,
} from './world.ts';

const restore = { to: 'web:1', before: 'ecs-svc/1', within: 60_000 };
const start: Repair = canarySteps.start;
const register: Step = { kind: 'register-targets', title: 'register', of: 'canary', place, attachments: [] };
const promote: Step = {
  kind: 'promote',
  title: 'promote',
  revision: 'web:2',
  place,
  settings: {},
  restore,
  rivals: { startedBy: 'x', run: 'r', attempt: 1, swept: [] },
};
const stable: Step = { kind: 'check', title: 'stable', gates: [{ kind: 'service-stable', place }], within: 60_000 };
const plan: Plan = { title: 'p', notes: [], changes: [], steps: [start, register, promote, stable] };

/** The traffic of the canary is what has to be moved away first, and that takes half a minute to be seen. */
const traffic: Undo = { ...restoreService, concerns: 'canary' };
const drain: Undo = { ...deregisterTargets, concerns: 'canary' };
const stop: Undo = { ...stopTasks, concerns: 'canary' };

function worldOf(script: Script, undos: Readonly<Record<string, Undo>> = {}): SmallWorld {
  const world = smallWorld(script);
  const act = Object.entries({ 'start-canary': stop, 'register-targets': drain, promote: traffic, ...undos }).map(
    ([kind, undo]) => [kind, { ...world.act[kind as 'promote'], undo: () => [undo] }],
  );
  return { ...world, act: { ...world.act, ...Object.fromEntries(act) } };
}
const failing: Script['gates'] = { 'service-stable': () => fail('tasks keep dying') };
const undosIn = ({ events }: Pick<SmallWorld, 'events'>) =>
  events.flatMap((event) => (event.kind === 'undo' ? [`${event.undo.kind} ${event.is}`] : []));

describe('undos of one thing', () => {
  const seenAt = (time: number) => (at: number) => (at < time ? wait('not yet') : pass('back'));

  it('are carried out phase by phase, also those of a failure and those of every run', async () => {
    const world = worldOf({ gates: { ...failing, 'service-restored': seenAt(30_000) } });
    expect(await execute(plan, world)).toMatchObject({ is: 'rolled-back', leftovers: [] });
    expect(undosIn(world)).toEqual([
      'restore-service begun',
      'restore-service asked',
      'restore-service verified',
      'deregister-targets begun',
      'deregister-targets asked',
      'stop-tasks begun',
      'stop-tasks asked',
    ]);
    expect(world.journal.pending()).toEqual([]);
  });

  it('are carried out next to those of another thing', async () => {
    const world = worldOf({ gates: { ...failing, 'service-restored': seenAt(30_000) } }, { promote: restoreService });
    await execute(plan, world);
    const seen = undosIn(world);
    expect(seen.indexOf('stop-tasks asked')).toBeLessThan(seen.indexOf('restore-service verified'));
  });

  it.each([
    ['is refused', { breaks: { 'restore-service': refusedCall } }],
    ['is not confirmed', { gates: { 'service-restored': () => wait('still 5 %') } }],
    [
      'is superseded',
      {
        breaks: {
          'restore-service': () => new Failure('x', { kind: 'superseded', because: 'someone else set the weights' }),
        },
      },
    ],
  ] satisfies [string, Script][])('stay undone, and in the journal, when one before them %s', async (_, script) => {
    const world = worldOf({ ...script, gates: { ...failing, ...('gates' in script ? script.gates : {}) } });
    const { is, leftovers } = await execute(plan, world);
    expect(is).toBe(_ === 'is superseded' ? 'superseded' : 'rollback-failed');
    expect(undosIn(world)).not.toContain('stop-tasks begun');
    expect(undosIn(world)).not.toContain('deregister-targets begun');
    const because = 'not carried out, because this is not confirmed: bring the service back';
    expect(leftovers).toContainEqual({ what: 'stop the canary', because, byHand: 'aws …' });
    // The first is needed by the others, so that the post step tries it once more before them.
    expect(world.journal.pending()).toEqual([stop, drain, traffic]);
  });

  it('are tried once more at the end, when what they wait for can be confirmed by then', async () => {
    let refusals = 0;
    const world = worldOf({}, { promote: restoreService });
    const undo = {
      ...world.undo,
      'deregister-targets': async () => {
        if (++refusals === 1) throw refusedCall();
        return undefined;
      },
    };
    const retire: Step = { kind: 'retire', title: 'retire' };
    const outcome = await execute({ ...plan, steps: [start, register, retire, promote, stable] }, { ...world, undo });
    expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(undosIn(world).at(-1)).toBe('stop-tasks asked');
    expect(world.journal.pending()).toEqual([]);
  });

  it('are carried out in the post step after the first was confirmed, if that is in time', async () => {
    const world = worldOf({ gates: { 'service-restored': seenAt(30_000) } });
    const left = await unwindHurried(leftBehind([stop, drain, traffic], place), world, 60_000);
    expect(left).toEqual([]);
    expect(undosIn(world).at(2)).toBe('restore-service verified');
    expect(undosIn(world).at(-1)).toBe('stop-tasks asked');
  });

  it('are left over by the post step that cannot confirm the first in time', async () => {
    const world = worldOf({ gates: { 'service-restored': seenAt(30_000) } });
    const left = await unwindHurried(leftBehind([stop, drain, traffic], place), world, 20_000);
    expect(left.map(({ leftover }) => leftover.because)).toEqual([
      expect.stringMatching(/^(asked for|requested), but .*no time is left$/),
      'not carried out, because this is not confirmed: bring the service back',
      'not carried out, because this is not confirmed: bring the service back',
    ]);
    expect(world.clock.now()).toBeLessThanOrEqual(20_000);
    expect(undosIn(world)).not.toContain('stop-tasks begun');
  });

  it('wait while the run works for what would only be undone on a failure', async () => {
    const retire: Step = { kind: 'retire', title: 'retire' };
    const world = worldOf({ gates: { 'service-stable': (at) => (at < 30_000 ? wait('not yet') : pass('stable')) } });
    await execute({ ...plan, steps: [start, register, promote, retire, stable] }, world);
    const stopped = world.events.findIndex((event) => event.kind === 'undo' && event.undo.kind === 'stop-tasks');
    const passed = world.events.findIndex((event) => event.kind === 'step' && event.index === 4 && event.is === 'done');
    expect(stopped).toBeGreaterThan(passed);
    expect([...world.there]).toEqual(['restore-service']);
  });
});

describe('an undo that names what must be confirmed first', () => {
  it('is carried out after it, whatever their phases', async () => {
    const first: Undo = { ...deregisterTargets, id: 'targets', phase: 'records' };
    const then: Undo = { ...stopTasks, phase: 'traffic', needs: ['targets'] };
    const world = smallWorld();
    expect(await unwindHurried(leftBehind([first, then], place), world)).toEqual([]);
    expect(undosIn(world).at(-1)).toBe('stop-tasks asked');
  });
});

describe('the heartbeat of a run', () => {
  const slow: Script['gates'] = { 'service-stable': (at) => (at < 55_000 ? wait('not yet') : pass('stable')) };
  const beating = (world: SmallWorld, beat: () => Promise<void>): World => ({
    ...world,
    heartbeat: { title: 'renewing the owner tags', every: 10_000, beat },
  });

  it('is asked for again and again while the run waits, and not before its first time', async () => {
    const world = smallWorld({ gates: slow });
    const beats: number[] = [];
    await execute(
      plan,
      beating(world, async () => void beats.push(world.clock.now())),
    );
    expect(beats).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
  });

  it('goes on in another process when it is due', async () => {
    const world = smallWorld({ gates: slow });
    const beats: number[] = [];
    const all = beating(world, async () => void beats.push(world.clock.now()));
    let state = newRun(plan, place);
    for (;;) {
      const advanced = await advance(state, all);
      if ('outcome' in advanced) break;
      state = JSON.parse(JSON.stringify(advanced.state));
      await world.clock.sleep(advanced.again);
    }
    expect(beats).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
  });

  it('that fails is a warning, and the rollout goes on', async () => {
    const world = smallWorld({ gates: slow });
    const { is } = await execute(
      plan,
      beating(world, async () => {
        throw refusedCall();
      }),
    );
    expect(is).toBe('succeeded');
    const message = 'renewing the owner tags failed: ecs:UpdateService: AccessDenied';
    expect(world.events).toContainEqual({ kind: 'warning', message });
  });

  it('that hangs holds nothing up', async () => {
    const world = smallWorld({ gates: slow });
    const { is } = await execute(
      plan,
      beating(world, () => new Promise(() => {})),
    );
    expect(is).toBe('succeeded');
    expect(world.clock.now()).toBeLessThan(70_000);
  });
});

describe('a gate that asks for a repair', () => {
  const running: Step = {
    kind: 'check',
    title: 'running',
    gates: [{ kind: 'tasks-running', of: 'canary' }],
    within: 60_000,
  };
  const short: Plan = { ...plan, steps: [start, running] };

  /** A canary that is taken away `times` times, and replaced twice at most. */
  function replacing(times: number) {
    const world = smallWorld();
    let started = 0;
    let found = 0;
    const act = {
      ...world.act,
      'start-canary': {
        undo: () => [{ ...stopTasks, run: `r${started}` }],
        do: async () => {
          started++;
          return {};
        },
        find: async () => {
          found++;
          return { is: 'done' as const };
        },
      },
    };
    const evaluate: World['evaluate'] = {
      ...world.evaluate,
      'tasks-running': async (_, __, { replaced = 0 }) => {
        if (started > times) return { verdict: pass('it runs') };
        if (Number(replaced) === 2) return { verdict: fail('taken away for the third time'), memory: { replaced } };
        const memory = { replaced: Number(replaced) + 1 };
        return { verdict: wait('it was taken away'), memory, repair: { ...start, title: 'start it again' } };
      },
    };
    return { world: { ...world, act, evaluate }, small: world, started: () => started, found: () => found };
  }

  it('has it performed, and goes on', async () => {
    const { world, small, started } = replacing(2);
    expect(await execute(short, world)).toMatchObject({ is: 'succeeded', leftovers: [] });
    expect(started()).toBe(3);
    expect(small.journal.pending()).toEqual([]);
    // It is asked again as soon as the repair is done.
    expect(small.clock.now()).toBeLessThan(4_000);
    expect(undosIn(small).filter((text) => text === 'stop-tasks asked')).toHaveLength(3);
  });

  it('has it performed as often as it asks for it', async () => {
    const { world, started } = replacing(9);
    expect(await execute(short, world)).toMatchObject({
      is: 'rejected',
      cause: { because: 'taken away for the third time' },
    });
    expect(started()).toBe(3);
  });

  it('gives the step all of its time again', async () => {
    const { world } = replacing(1);
    const { evaluate, clock } = world;
    let began = 0;
    const slow: World['evaluate'] = {
      ...evaluate,
      'tasks-running': async (gate, context, memory) => {
        if (clock.now() < 50_000) return { verdict: wait('it starts') };
        const answer = await evaluate['tasks-running'](gate, context, memory);
        if (answer.verdict.is === 'wait') began = clock.now();
        return answer.verdict.is === 'pass' && clock.now() < began + 50_000
          ? { verdict: wait('it starts again') }
          : answer;
      },
    };
    expect((await execute(short, { ...world, evaluate: slow })).is).toBe('succeeded');
    expect(clock.now()).toBeGreaterThan(100_000);
  });

  it('is not repaired twice when another process goes on after any save', async () => {
    const { world, small } = replacing(1);
    await execute(short, world);
    expect(small.saved.some(({ inDoubt, next }) => inDoubt !== undefined && next === 1)).toBe(true);
    for (const state of small.saved.filter(({ next }) => next === 1)) {
      const other = replacing(-1);
      const outcome = await resume(state, other.world);
      expect(outcome).toMatchObject({ is: 'succeeded', leftovers: [] });
      expect(other.started()).toBe(0);
      expect(other.found()).toBe(state.inDoubt === undefined ? 0 : 1);
    }
  });

  it('has no values of the user in what is stored of it', async () => {
    const { world, small } = replacing(1);
    const secret = { ...start, task: { overrides: { containerOverrides: [{ name: 'web', command: ['s3cret'] }] } } };
    const asks: World['evaluate'] = {
      ...world.evaluate,
      'tasks-running': async (gate, context, memory) => {
        const answer = await world.evaluate['tasks-running'](gate, context, memory);
        return answer.repair === undefined ? answer : { ...answer, repair: secret };
      },
    };
    await execute(short, { ...world, evaluate: asks });
    expect(JSON.stringify(small.saved)).toContain('s3cret');
    expect(JSON.stringify(small.saved.map(storable))).not.toContain('s3cret');
  });
});
