import type { Act } from '../model/acts.ts';
import type { Clock } from '../model/clock.ts';
import type { Duration } from '../model/duration.ts';
import type { Event } from '../model/event.ts';
import type { Gate } from '../model/gates.ts';
import type { Cause } from '../model/outcome.ts';
import type { Place } from '../model/place.ts';
import type { Lesson, Memory, Repair, RunState } from '../model/run-state.ts';
import type { Undo } from '../model/undos.ts';
import type { Verdict } from '../model/verdict.ts';

/** One handler for each kind: a new kind does not compile until every table has an entry for it. */
export type Handlers<U extends { kind: string }, R, More extends readonly unknown[] = []> = {
  readonly [K in U['kind']]: (item: Extract<U, { kind: K }>, ...more: More) => R;
};

/** How a gate is asked: at a `glance` during a bake, where parts of it can take turns, and `thorough` before anything is decided. */
export type Sampling = 'glance' | 'thorough';

export interface GateContext {
  readonly state: RunState;
  readonly sampling: Sampling;
}

/** A verdict, what the gate wants to be told again the next time, and what it has learned of its subject. */
export interface Answer {
  readonly verdict: Verdict;
  readonly memory?: Memory;
  readonly learned?: Lesson;
  /**
   * With `wait`: an act without which the gate cannot pass, such as starting a task again that infrastructure stopped. The engine
   * performs it as it performs a step, and the step begins anew. How often is up to the gate, which has its memory.
   */
  readonly repair?: Repair;
}

export type GateHandlers = Handlers<Gate, Promise<Answer>, [context: GateContext, memory: Memory]>;

export interface ActContext {
  /** The state at this moment. */
  readonly state: RunState;
  /** Writes down, before the call that it is for, an undo that could not be known before the act began. */
  record(undos: readonly Undo[], learned?: Lesson): Promise<void>;
}

/** What an act has done. `undos` know more than those that were recorded before it, and take their place. */
export interface Done<A = Act> {
  readonly learned?: Lesson;
  readonly undos?: readonly Undo[];
  /** The act as it stays in the plan: without what is not needed any more. */
  readonly spent?: A;
}

/** Whether an act was carried out before its process ended. */
export type Found<A = Act> =
  | ({ readonly is: 'done' } & Done<A>)
  | { readonly is: 'not-done' }
  | { readonly is: 'unknown'; readonly because: string };

export interface ActHandler<A> {
  /** How it is undone. Pure: it makes no call. The engine records it before the act. */
  undo(act: A, state: RunState): readonly Undo[];
  do(act: A, context: ActContext): Promise<Done<A>>;
  /** Whether an act in doubt was done. `not-done` means as well that repeating it does no harm. */
  find(act: A, state: RunState): Promise<Found<A>>;
}

export type ActHandlers = { readonly [K in Act['kind']]: ActHandler<Extract<Act, { kind: K }>> };

export type UndoHandlers = Handlers<Undo, Promise<Lesson | undefined>, [state: RunState]>;

/** Work that is repeated while a run works and waits, such as renewing marks that would expire. */
export interface Heartbeat {
  /** What a warning names when it fails. */
  readonly title: string;
  readonly every: Duration;
  beat(state: RunState): Promise<void>;
}

/** Everything that a plan is carried out with. */
export interface World {
  readonly act: ActHandlers;
  readonly evaluate: GateHandlers;
  readonly undo: UndoHandlers;
  /** Finds out more of why a step failed, in seconds at most; it changes nothing. */
  investigate(cause: Cause, state: RunState): Promise<Cause>;
  /** Whether there is nothing left to undo, because what was there has ended by itself. Makes no call. */
  isVoid(undo: Undo, state: RunState): boolean;
  /** What is to be repeated as long as the run lasts. */
  readonly heartbeat?: Heartbeat;
  /** Writes the state where another process finds it. */
  save(state: RunState): Promise<void>;
  readonly clock: Clock;
  /** The service that the run is about. */
  readonly place: Place;
  /** The role that the run has assumed, for its undos. */
  readonly role?: string;
  /** What earlier runs of this process have left to undo in it. */
  readonly left: readonly Undo[];
  /** Aborted with a `Cancelled` when the job is cancelled. */
  readonly signal: AbortSignal;
  report(event: Event): void;
  /** 1 usually, more while AWS throttles: every wait is that many times longer. */
  backoffFactor(): number;
  /** From 0 to below 1, for jitter. */
  random(): number;
}

/** Calls the handler of an item's kind. */
export function handle<U extends { kind: string }, R, More extends readonly unknown[]>(
  handlers: Handlers<U, R, More>,
  item: U,
  ...more: More
): R {
  const handler = handlers[item.kind as U['kind']] as (item: U, ...more: More) => R;
  return handler(item, ...more);
}

/** The handler of an act's kind. */
export const handlerOf = (handlers: ActHandlers, act: Act): ActHandler<Act> =>
  handlers[act.kind] as unknown as ActHandler<Act>;
