import type { Act } from './acts.ts';
import type { Done } from './handlers.ts';
import { defined } from './json.ts';
import type { Step } from './plan.ts';
import { learn, type RunState, type Unwinding } from './run-state.ts';
import { idOf, inUnwindingOrder, isSame, type Undo, waitsFor } from './undos.ts';

/** New members of a state. `undefined` removes a member. */
export type Change = { readonly [K in keyof RunState]?: RunState[K] | undefined };

export function changed(state: RunState, change: Change): RunState {
  return Object.fromEntries(
    Object.entries({ ...state, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as RunState;
}

// The journal

/** Adds undos to the journal. */
export function recorded(state: RunState, undos: readonly Undo[]): RunState {
  const news = undos.filter((undo) => !has(state.journal, undo));
  const touched = state.touched || undos.some((undo) => undo.changed === 'service');
  return { ...state, journal: [...state.journal, ...news], touched };
}

/** Removes an undo that is done or not needed from the journal. */
export const forgotten = (state: RunState, undos: readonly Undo[]): RunState => ({
  ...state,
  journal: state.journal.filter((undo) => !has(undos, undo)),
});

export const has = (undos: readonly Undo[], undo: Undo): boolean => undos.some((other) => isSame(other, undo));

// Acts

/** Marks an act as in doubt until its result is known. */
export function begun(state: RunState, step: number, undos: readonly Undo[]): RunState {
  const { at, touched: touchedBefore } = state;
  const earlier = state.earlier.find((one) => one.step === step);
  const inDoubt = { step, at: earlier?.at ?? at, undos, touchedBefore, ...defined({ earlier }) };
  return { ...recorded(state, undos), inDoubt, earlier: state.earlier.filter((one) => one !== earlier) };
}

/** Adds an undo to the act in doubt. */
export function begunMore(state: RunState, undos: readonly Undo[]): RunState {
  const { inDoubt } = state;
  const after = recorded(state, undos);
  return inDoubt === undefined ? after : { ...after, inDoubt: { ...inDoubt, undos: [...inDoubt.undos, ...undos] } };
}

/** The act was not carried out, so there is nothing to undo. */
export const withdrawn = (state: RunState): RunState =>
  state.inDoubt === undefined
    ? state
    : { ...forgotten(state, state.inDoubt.undos), touched: state.inDoubt.touchedBefore };

/** The act was carried out. Its more exact undos replace those that were recorded before it. */
export function done(
  state: RunState,
  act: Act,
  { learned, spent }: Done,
  undos: readonly Undo[] | undefined,
): RunState {
  const { inDoubt, plan } = state;
  const steps = plan.steps.map((one) => (one === act ? ({ ...one, ...spent } as Step) : one));
  const after: RunState = {
    ...state,
    ...(learned === undefined ? {} : { learned: learn(state.learned, learned) }),
    ...(spent === undefined ? {} : { plan: { ...plan, steps } }),
  };
  if (undos === undefined) return after;
  const worse = (inDoubt?.undos ?? []).filter((undo) => !has(undos, undo));
  return forgotten(recorded(after, undos), worse);
}

// Unwinding

/** Unwinds the undos of one kind again: those in the journal at that time. */
export function requested(state: RunState, which: Undo['when']): RunState {
  const { [which]: now } = state.unwinding;
  return { ...state, unwinding: { ...state.unwinding, [which]: { ...now, requested: now.requested + 1 } } };
}

/** Begins to unwind the journal. Undos that were tried before and are still in it are tried again. */
export function beginUnwinding(
  { journal, unconfirmed }: RunState,
  before: Unwinding,
  ...which: readonly Undo['when'][]
): { readonly unwinding: Unwinding; readonly unconfirmed: readonly string[] } {
  const todo = which.flatMap((one) => inUnwindingOrder(journal.filter(({ when }) => when === one)));
  const tried = new Set(todo.map(idOf));
  return {
    unwinding: { ...before, todo, left: before.left.filter(({ undo }) => !has(journal, undo)) },
    unconfirmed: unconfirmed.filter((id) => !tried.has(id)),
  };
}

/** The undo that is under way, or the first that waits for no other. `missing` is an undo that it needs and that failed. */
export function nextUndo(
  { todo, verifying }: Unwinding,
  { journal, unconfirmed }: RunState,
): { readonly undo: Undo; readonly missing?: Undo | undefined } | undefined {
  if (verifying !== undefined && todo[0] !== undefined) return { undo: todo[0] };
  for (const undo of todo) {
    const before = inUnwindingOrder(journal).filter((other) => waitsFor(undo, other));
    const missing = before.find((other) => unconfirmed.includes(idOf(other)));
    if (missing !== undefined || before.length === 0) return { undo, missing };
  }
  return undefined;
}

/** Whether other undos wait for this one. */
export const isNeeded = (undo: Undo, { journal }: RunState): boolean => journal.some((other) => waitsFor(other, undo));
