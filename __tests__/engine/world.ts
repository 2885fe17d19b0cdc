import { Session } from '../../src/engine/session.ts';
import { look } from '../../src/engine/watch.ts';
import type { ActHandlers, Done, Found, GateHandlers, World } from '../../src/engine/world.ts';
import type { Act } from '../../src/model/acts.ts';
import type { Duration } from '../../src/model/duration.ts';
import type { Event } from '../../src/model/event.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Bake, Check, Gate } from '../../src/model/gates.ts';
import type { Cause } from '../../src/model/outcome.ts';
import type { Step } from '../../src/model/plan.ts';
import { leftBehind, type RunState } from '../../src/model/run-state.ts';
import type { Undo } from '../../src/model/undos.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { pass } from '../../src/model/verdict.ts';
import { beginWatching } from '../../src/model/watching.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** A small world: what is there is a set of names, every act adds one, every undo takes one away. */
export interface SmallWorld extends World {
  readonly there: Set<string>;
  readonly events: Event[];
  readonly clock: VirtualClock;
  /** Every state that was saved. */
  readonly saved: RunState[];
  /** The journal that was saved last. */
  readonly journal: { pending(): readonly Undo[] };
  /** How often each gate was asked. */
  readonly asked: Map<string, number>;
  cancel(): void;
}

export interface Script {
  readonly investigate?: (world: SmallWorld, cause: Cause) => Promise<Cause>;
  /** What a gate answers, by the time since the start. */
  readonly gates?: Readonly<Partial<Record<Gate['kind'], (at: Duration) => Verdict>>>;
  /** What goes wrong in a deed or an undo, by its kind. */
  readonly breaks?: Readonly<Partial<Record<Act['kind'] | Undo['kind'], () => unknown>>>;
  readonly before?: readonly Undo[];
}

export function smallWorld({ gates = {}, breaks = {}, before = [], investigate }: Script = {}): SmallWorld {
  const clock = new VirtualClock(0);
  const there = new Set<string>();
  const events: Event[] = [];
  const asked = new Map<string, number>();
  const saved: RunState[] = [];
  const abort = new AbortController();
  const deed = (kind: Act['kind'], undo?: Undo) => ({
    undo: () => (undo === undefined ? [] : [undo]),
    do: async () => {
      if (breaks[kind] !== undefined) throw breaks[kind]();
      if (undo !== undefined) there.add(undo.kind);
      return {};
    },
    find: async () => ({ is: 'not-done' as const }),
  });
  const evaluate = (kind: Gate['kind']) => async () => {
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
    return { verdict: gates[kind]?.(clock.now()) ?? pass('by default') };
  };
  const putBack = (kind: Undo['kind']) => async () => {
    if (breaks[kind] !== undefined) throw breaks[kind]();
    there.delete(kind);
    return undefined;
  };
  const act: ActHandlers = {
    sweep: deed('sweep'),
    'register-revision': deed('register-revision'),
    'start-canary': deed('start-canary', stopTasks),
    'run-task': deed('run-task', stopTasks),
    'register-targets': deed('register-targets', deregisterTargets),
    promote: deed('promote', restoreService),
    'start-service-deployment': deed('start-service-deployment'),
    'abort-service-deployment': deed('abort-service-deployment'),
    'continue-service-deployment': deed('continue-service-deployment'),
    'deregister-revisions': deed('deregister-revisions'),
    'create-service': deed('create-service'),
    'empty-service': deed('empty-service'),
    'delete-service': deed('delete-service'),
    'deregister-family': deed('deregister-family'),
    'start-canaries': deed('start-canaries', stopTasks),
    'create-target-groups': deed('create-target-groups'),
    'join-routes': deed('join-routes'),
    'set-weight': deed('set-weight'),
    'end-split': deed('end-split'),
    'suspend-scale-in': deed('suspend-scale-in'),
    'create-guard': deed('create-guard'),
  };
  const kinds = [
    'measure',
    'http-probe',
    'webhook',
    'tasks-running',
    'containers-healthy',
    'targets-healthy',
    'alarms-quiet',
    'service-free',
    'serving-traffic',
    'service-stable',
    'service-restored',
    'targets-drained',
    'tasks-stopped',
    'task-begun',
    'task-finished',
  ] as const;
  const world: SmallWorld = {
    act,
    evaluate: Object.fromEntries(kinds.map((kind) => [kind, evaluate(kind)])) as unknown as GateHandlers,
    undo: {
      'stop-tasks': putBack('stop-tasks'),
      'deregister-targets': putBack('deregister-targets'),
      'restore-service': putBack('restore-service'),
      'stop-service-deployment': putBack('stop-service-deployment'),
      'delete-service': putBack('delete-service'),
      'deregister-revision': putBack('deregister-revision'),
      'restore-count': putBack('restore-count'),
      'recall-service': putBack('recall-service'),
      'return-traffic': putBack('return-traffic'),
      'restore-routes': putBack('restore-routes'),
      'delete-target-groups': putBack('delete-target-groups'),
      'resume-scale-in': putBack('resume-scale-in'),
      'delete-guard': putBack('delete-guard'),
    },
    isVoid: () => false,
    investigate: async (cause) => investigate?.(world, cause) ?? cause,
    clock,
    place,
    left: before,
    // What is saved is plain JSON, and what is done afterwards does not change it.
    save: async (state) => {
      saved.push(JSON.parse(JSON.stringify(state)));
    },
    saved,
    journal: { pending: () => saved.at(-1)?.journal ?? before },
    signal: abort.signal,
    report: (event) => events.push(event),
    backoffFactor: () => 1,
    random: () => 1,
    there,
    events,
    asked,
    cancel: () => abort.abort(new Error('cancelled')),
  };
  return world;
}

export const place = { region: 'us-west-2', cluster: 'production', service: 'web' };

const common = { place, changed: 'other', phase: 'compute', byHand: 'aws …' } as const;
export const stopTasks: Undo = {
  ...common,
  when: 'always',
  kind: 'stop-tasks',
  title: 'stop the canary',
  cluster: 'production',
  startedBy: 's',
  run: 'r',
};
export const deregisterTargets: Undo = {
  ...common,
  when: 'always',
  kind: 'deregister-targets',
  title: 'take the canary out',
  phase: 'drain',
  targets: [],
};
export const restoreService: Undo = {
  ...common,
  when: 'on-failure',
  kind: 'restore-service',
  title: 'bring the service back',
  changed: 'service',
  phase: 'traffic',
  ours: 'web:2',
  restore: { to: 'web:1', before: 'ecs-svc/1', within: 60_000 },
  verify: {
    kind: 'check',
    gates: [{ kind: 'service-restored', place, to: 'web:1', ours: 'web:2', before: 'ecs-svc/1' }],
    within: 60_000,
  },
};

export const refusedCall = (): Failure =>
  new Failure('ecs:UpdateService', { kind: 'refused-call', because: 'AccessDenied' });
export const lostCall = (): Failure =>
  new Failure('ecs:UpdateService', { kind: 'unanswered-call', because: 'ECONNRESET' });

/** Watches a step until it ends, as `advance` and the clock do. */
export async function watch(step: Check | Bake, world: World): Promise<void> {
  const session = new Session(leftBehind([], place), world);
  let watching = beginWatching(step, world.clock.now());
  for (;;) {
    const looked = await look(step, watching, session);
    if (looked.due === undefined) return;
    watching = looked.watching;
    await world.clock.sleep(Math.max(0, looked.due - world.clock.now()), world.signal);
  }
}

/** A canary that is started, and the check that it runs: the steps with which a plan begins. */
export const canarySteps = {
  start: {
    kind: 'start-canary',
    as: 'canary',
    revision: 'web:2',
    title: 'start',
    place,
    run: 'r',
    task: {},
    stopWithin: 60_000,
  },
  running: { kind: 'check', title: 'running', gates: [{ kind: 'tasks-running', of: 'canary' }], within: 60_000 },
} as const satisfies Record<string, Step>;

/** A world in which the canary is started otherwise. */
export function starting(
  world: SmallWorld,
  act: Partial<{ do: () => Promise<Done>; find: () => Promise<Found>; undo: () => readonly Undo[] }>,
): SmallWorld {
  const handler = world.act['start-canary'];
  return { ...world, act: { ...world.act, 'start-canary': { ...handler, ...(act as Partial<typeof handler>) } } };
}
