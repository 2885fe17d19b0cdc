import { createJournal, type Journal } from '../../src/engine/journal.ts';
import type { ActHandlers, Handlers, World } from '../../src/engine/world.ts';
import type { Act } from '../../src/model/acts.ts';
import type { Duration } from '../../src/model/duration.ts';
import type { Event } from '../../src/model/event.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Gate } from '../../src/model/gates.ts';
import type { Cause } from '../../src/model/outcome.ts';
import type { Undo } from '../../src/model/undos.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { pass } from '../../src/model/verdict.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** A small world: what is there is a set of names, every act adds one, every undo takes one away. */
export interface SmallWorld extends World {
  readonly there: Set<string>;
  readonly events: Event[];
  readonly clock: VirtualClock;
  readonly journal: Journal;
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

export function smallWorld({ gates = {}, breaks = {}, before, investigate }: Script = {}): SmallWorld {
  const clock = new VirtualClock(0);
  const there = new Set<string>();
  const events: Event[] = [];
  const asked = new Map<string, number>();
  const abort = new AbortController();
  const deed = (kind: Act['kind'], undo?: Undo) => ({
    undo: () => (undo === undefined ? [] : [undo]),
    do: async () => {
      if (breaks[kind] !== undefined) throw breaks[kind]();
      if (undo !== undefined) there.add(undo.kind);
      return undefined;
    },
  });
  const evaluate = (kind: Gate['kind']) => async () => {
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
    return gates[kind]?.(clock.now()) ?? pass('by default');
  };
  const putBack = (kind: Undo['kind']) => async () => {
    if (breaks[kind] !== undefined) throw breaks[kind]();
    there.delete(kind);
  };
  const act: ActHandlers = {
    sweep: deed('sweep'),
    'register-revision': deed('register-revision'),
    'start-canary': deed('start-canary', stopTasks),
    'run-task': deed('run-task', stopTasks),
    'register-targets': deed('register-targets', deregisterTargets),
    promote: deed('promote', restoreService),
    'adopt-canary': deed('adopt-canary', stopTasks),
    'adopt-deployment': deed('adopt-deployment', restoreService),
    'deregister-revisions': deed('deregister-revisions'),
    'create-service': deed('create-service'),
    'empty-service': deed('empty-service'),
    'delete-service': deed('delete-service'),
    'deregister-family': deed('deregister-family'),
  };
  const kinds = [
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
    evaluate: Object.fromEntries(kinds.map((kind) => [kind, evaluate(kind)])) as unknown as Handlers<
      Gate,
      Promise<Verdict>
    >,
    undo: {
      'stop-tasks': putBack('stop-tasks'),
      'deregister-targets': putBack('deregister-targets'),
      'restore-service': putBack('restore-service'),
      'delete-service': putBack('delete-service'),
      'deregister-revision': putBack('deregister-revision'),
      'restore-count': putBack('restore-count'),
      'recall-service': putBack('recall-service'),
    },
    isVoid: () => false,
    investigate: async (cause) => investigate?.(world, cause) ?? cause,
    clock,
    journal: createJournal(() => {}, before),
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

const common = { region: 'us-west-2', byHand: 'aws …' };
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
  targets: [],
};
export const restoreService: Undo = {
  ...common,
  when: 'on-failure',
  kind: 'restore-service',
  title: 'bring the service back',
  place,
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
