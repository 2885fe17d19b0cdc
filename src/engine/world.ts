import type { Act } from '../model/acts.ts';
import type { Clock } from '../model/clock.ts';
import type { Event } from '../model/event.ts';
import type { Gate } from '../model/gates.ts';
import type { Cause } from '../model/outcome.ts';
import type { Undo } from '../model/undos.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Journal } from './journal.ts';

/** One handler for each kind: a new kind does not compile until somebody handles it. */
export type Handlers<U extends { kind: string }, R, More extends readonly unknown[] = []> = {
  readonly [K in U['kind']]: (item: Extract<U, { kind: K }>, ...more: More) => R;
};

/** How a gate is asked: at a `glance` during a bake, where parts of it can take turns, and `thorough` before anything is decided. */
export type Sampling = 'glance' | 'thorough';

/**
 * A deed, and how it is put back. The engine records the undos before it does the deed; undos that the deed
 * returns know more (an ARN instead of a search) and take their place.
 */
export type ActHandlers = {
  readonly [K in Act['kind']]: {
    undo(act: Extract<Act, { kind: K }>): readonly Undo[] | Promise<readonly Undo[]>;
    do(act: Extract<Act, { kind: K }>): Promise<readonly Undo[] | undefined>;
  };
};

/** Everything that a Plan is carried out with. */
export interface World {
  readonly act: ActHandlers;
  readonly evaluate: Handlers<Gate, Promise<Verdict>, [sampling: Sampling]>;
  readonly undo: Handlers<Undo, Promise<void>>;
  /** Finds out more of why a step failed, in seconds at most; it changes nothing. */
  investigate(cause: Cause): Promise<Cause>;
  /** Whether there is nothing left to put back, because what was there has come to its end by itself. Calls nobody. */
  isVoid(undo: Undo): boolean;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Aborted with a `Cancelled` when the job is cancelled. */
  readonly signal: AbortSignal;
  report(event: Event): void;
  /** 1 in fair weather, more while AWS throttles: every wait is that many times longer. */
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
