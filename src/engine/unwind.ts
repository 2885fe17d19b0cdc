import { Failure, formatError } from '../model/failure.ts';
import type { Left, Lesson, RunState, Unwinding } from '../model/run-state.ts';
import { idOf, inUnwindingOrder, isSame, type Undo, waitsFor } from '../model/undos.ts';
import { Session } from './session.ts';
import { never } from './tracks.ts';
import { beginWatching, look } from './watch.ts';
import { handle, type World } from './world.ts';

/**
 * `patient` looks at each thing until it is undone. `hurried` only requests it, which is all that a cancelled job has time
 * for; it looks at what other undos wait for.
 */
type Manner = 'patient' | 'hurried';

/** Begins to unwind the undos of the journal. What was tried before and is still there is tried once more. */
export function beginUnwinding(session: Session, ...which: readonly Undo['when'][]): Unwinding {
  const { journal, unconfirmed } = session.state;
  const todo = which.flatMap((one) => inUnwindingOrder(journal.filter(({ when }) => when === one)));
  const tried = new Set(todo.map(idOf));
  session.become({ unconfirmed: unconfirmed.filter((id) => !tried.has(id)) });
  return { todo, left: [] };
}

/** How far an unwinding has come; `due` is when to go on, and absent when there is nothing left to do. */
export interface Unwound {
  readonly unwinding: Unwinding;
  readonly due?: number;
  /** What someone else's newer deployment has replaced is no leftover: theirs must not be undone. */
  readonly superseded?: string;
}

/** Takes an unwinding one step further: requests the next undo, or looks whether it has had its effect. */
export async function unwindFurther(unwinding: Unwinding, session: Session, manner: Manner): Promise<Unwound> {
  const { left } = unwinding;
  const { report, signal, clock } = session.world;
  if (unwinding.todo.length === 0 || signal.aborted) return { unwinding: { todo: [], left } };
  const found = nextOf(unwinding, session.state);
  if (found === undefined) return { unwinding, due: never };
  const { undo, missing } = found;
  const todo = unwinding.todo.filter((other) => other !== undo);
  if (missing !== undefined) return fail(undo, { todo, left }, session, formatMissing(missing));
  let { verifying } = unwinding;
  try {
    if (verifying === undefined) {
      report({ kind: 'undo', undo, is: 'begun' });
      const learned: Lesson | undefined = await handle(session.world.undo, undo, session.state);
      if (learned !== undefined) session.learn(learned);
      report({ kind: 'undo', undo, is: 'asked' });
      const verified = manner === 'patient' || isNeeded(undo, session.state);
      if (verified && undo.verify !== undefined) verifying = beginWatching(undo.verify, clock.now());
    }
    if (verifying !== undefined && undo.verify !== undefined) {
      const { watching, due } = await look(undo.verify, verifying, session);
      if (due !== undefined) return { unwinding: { todo: [undo, ...todo], verifying: watching, left }, due };
      report({ kind: 'undo', undo, is: 'verified' });
    }
    session.forget([undo]);
    await session.saveOrWarn();
    return { unwinding: { todo, left }, due: clock.now() };
  } catch (error) {
    return failed(error, undo, { todo, left }, session, verifying !== undefined);
  }
}

const formatMissing = ({ title }: Undo): string => `not carried out, because this is not confirmed: ${title}`;

/** The undo that is under way, or the first that waits for no other; `missing` is what it needs and will not get. */
function nextOf({ todo, verifying }: Unwinding, { journal, unconfirmed }: RunState) {
  if (verifying !== undefined && todo[0] !== undefined) return { undo: todo[0] };
  for (const undo of todo) {
    const before = inUnwindingOrder(journal).filter((other) => waitsFor(undo, other));
    const missing = before.find((other) => unconfirmed.includes(idOf(other)));
    if (missing !== undefined || before.length === 0) return { undo, missing };
  }
  return undefined;
}

const isNeeded = (undo: Undo, { journal }: RunState): boolean => journal.some((other) => waitsFor(other, undo));

async function failed(error: unknown, undo: Undo, rest: Unwinding, session: Session, asked: boolean): Promise<Unwound> {
  if (session.world.signal.aborted) return { unwinding: { todo: [], left: rest.left } };
  const because = asked ? `asked for, but ${formatError(error)}` : formatError(error);
  const superseded = error instanceof Failure && error.kind === 'superseded';
  // What AWS has not taken stays in the journal, and what others wait for: `post` tries once more.
  const settled = (asked || superseded) && !isNeeded(undo, session.state);
  if (settled) session.forget([undo]);
  const after = await fail(undo, rest, session, because);
  return superseded ? { ...after, unwinding: rest, superseded: error.because } : after;
}

/** It is left over. */
async function fail(undo: Undo, rest: Unwinding, session: Session, because: string): Promise<Unwound> {
  const { state, world } = session;
  world.report({ kind: 'undo', undo, is: 'failed', because });
  const stays = state.journal.some((other) => isSame(other, undo));
  if (stays) session.become({ unconfirmed: [...state.unconfirmed, idOf(undo)] });
  else await session.saveOrWarn();
  const left: Left = { undo, leftover: { what: undo.title, because, byHand: undo.byHand } };
  return { unwinding: { ...rest, left: [...rest.left, left] }, due: world.clock.now() };
}

/**
 * All that a process without time can do: requests everything, the service first. It waits only for what others must not
 * come before, until `end` at most.
 */
export async function unwindHurried(state: RunState, world: World, end = world.clock.now()): Promise<readonly Left[]> {
  const session = new Session(state, world);
  const { clock, signal } = world;
  let unwound: Unwound = { unwinding: beginUnwinding(session, 'on-failure', 'always'), due: clock.now() };
  while (unwound.due !== undefined && unwound.due !== never) {
    const { unwinding, due } = unwound;
    const [undo, ...todo] = unwinding.todo;
    if (unwinding.verifying !== undefined && undo !== undefined && due > end) {
      const late = new Error('it was not confirmed in time');
      unwound = await failed(late, undo, { todo, left: unwinding.left }, session, true);
    } else {
      await clock.sleep(Math.max(0, due - clock.now()), signal).catch(() => {});
      unwound = await unwindFurther(unwinding, session, 'hurried');
    }
  }
  return unwound.unwinding.left;
}
