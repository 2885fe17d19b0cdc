import type { Act } from './acts.ts';
import type { Gate } from './gates.ts';
import type { Lesson, Memory, Repair, RunState } from './run-state.ts';
import type { Undo } from './undos.ts';
import type { Verdict } from './verdict.ts';

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
