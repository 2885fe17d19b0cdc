import { Failure, formatError } from '../model/failure.ts';
import type { Leftover } from '../model/outcome.ts';
import type { Left, Lesson, RunState, Unwinding } from '../model/run-state.ts';
import { inUnwindingOrder, type Undo } from '../model/undos.ts';
import { Session } from './session.ts';
import { beginWatching, look } from './watch.ts';
import { handle, type World } from './world.ts';

/** `patient` looks at each thing until it is undone; `hurried` only requests it, which is all that a cancelled job has time for. */
type Manner = 'patient' | 'hurried';

/** An unwinding of what is in the journal. */
export const beginUnwinding = ({ journal }: RunState, which: Undo['when']): Unwinding => ({
  todo: inUnwindingOrder(journal.filter(({ when }) => when === which)),
  left: [],
});

/** How far an unwinding has come; `due` is when to go on, and absent when there is nothing left to do. */
export interface Unwound {
  readonly unwinding: Unwinding;
  readonly due?: number;
  /** What someone else's newer deployment has replaced is no leftover: theirs must not be undone. */
  readonly superseded?: string;
}

/** Takes an unwinding one step further: requests the next undo, or looks whether it has had its effect. */
export async function unwindFurther(unwinding: Unwinding, session: Session, manner: Manner): Promise<Unwound> {
  const { todo, left } = unwinding;
  const { report, signal, clock } = session.world;
  const [undo, ...others] = todo;
  if (undo === undefined || signal.aborted) return { unwinding: { todo: [], left } };
  let { verifying } = unwinding;
  try {
    if (verifying === undefined) {
      report({ kind: 'undo', undo, is: 'begun' });
      const learned: Lesson | undefined = await handle(session.world.undo, undo, session.state);
      if (learned !== undefined) session.learn(learned);
      report({ kind: 'undo', undo, is: 'asked' });
      if (manner === 'patient' && undo.verify !== undefined) verifying = beginWatching(undo.verify, clock.now());
    }
    if (verifying !== undefined && undo.verify !== undefined) {
      const { watching, due } = await look(undo.verify, verifying, session);
      if (due !== undefined) return { unwinding: { todo, verifying: watching, left }, due };
      report({ kind: 'undo', undo, is: 'verified' });
    }
    session.forget([undo]);
    await session.saveOrWarn();
    return { unwinding: { todo: others, left }, due: clock.now() };
  } catch (error) {
    return failed(error, undo, { todo: others, left }, session, verifying !== undefined);
  }
}

async function failed(error: unknown, undo: Undo, rest: Unwinding, session: Session, asked: boolean): Promise<Unwound> {
  const { report, signal, clock } = session.world;
  if (signal.aborted) return { unwinding: { todo: [], left: rest.left } };
  const because = asked ? `requested, but not confirmed: ${formatError(error)}` : formatError(error);
  report({ kind: 'undo', undo, is: 'failed', because });
  const superseded = error instanceof Failure && error.kind === 'superseded';
  // What AWS has not taken stays in the journal: `post` tries once more.
  if (asked || superseded) {
    session.forget([undo]);
    await session.saveOrWarn();
  }
  const due = clock.now();
  if (superseded) return { unwinding: rest, due, superseded: error.because };
  const leftover: Leftover = { what: undo.title, because, byHand: undo.byHand };
  return { unwinding: { ...rest, left: [...rest.left, { undo, leftover }] }, due };
}

/** All that a process without time can do: requests everything, the service first, and waits for nothing. */
export async function unwindHurried(state: RunState, world: World): Promise<readonly Left[]> {
  const session = new Session(state, world);
  const left: Left[] = [];
  for (const which of ['on-failure', 'always'] as const) {
    let unwound: Unwound = { unwinding: beginUnwinding(session.state, which) };
    do unwound = await unwindFurther(unwound.unwinding, session, 'hurried');
    while (unwound.due !== undefined);
    left.push(...unwound.unwinding.left);
  }
  return left;
}
