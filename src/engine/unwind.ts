import { Failure, formatError } from '../model/failure.ts';
import { handle } from '../model/handlers.ts';
import { isIdle, type Left, notUnwinding, type RunState, type Unwinding } from '../model/run-state.ts';
import { beginUnwinding, has, isNeeded, nextUndo } from '../model/transitions.ts';
import { idOf, type Undo } from '../model/undos.ts';
import { beginWatching } from '../model/watching.ts';
import { Session } from './session.ts';
import { never, type Work } from './tracks.ts';
import { look } from './watch.ts';
import type { World } from './world.ts';

/**
 * `patient` looks at each thing until it is undone. `hurried` only requests it, which is all that a cancelled job has time
 * for; it looks at what other undos wait for.
 */
type Manner = 'patient' | 'hurried';

/** Unwinds the undos of one kind, one after the other, as often as that is requested. */
export function unwind(which: Undo['when']): Work {
  return async (session) => {
    const { [which]: now } = session.state.unwinding;
    if (isIdle(now)) return never;
    const become = (unwinding: Unwinding) =>
      session.become({ unwinding: { ...session.state.unwinding, [which]: unwinding } });
    if (now.todo.length === 0) {
      const { unwinding, unconfirmed } = beginUnwinding(session.state, now, which);
      session.become({ unconfirmed });
      become({ ...unwinding, requested: now.requested - 1 });
      return session.world.clock.now();
    }
    const { unwinding, due } = await unwindFurther(now, session, 'patient');
    const { requested } = session.state.unwinding[which];
    if (unwinding !== now) become({ ...unwinding, requested });
    return due ?? session.world.clock.now();
  };
}

/** How far an unwinding has come; `due` is when to go on, and absent when there is nothing left to do. */
interface Unwound {
  readonly unwinding: Unwinding;
  readonly due?: number;
}

/** Takes an unwinding one step further: requests the next undo, or looks whether it has had its effect. */
async function unwindFurther(now: Unwinding, session: Session, manner: Manner): Promise<Unwound> {
  const { report, signal, clock } = session.world;
  const { verifying: begun, ...rest } = now;
  if (now.todo.length === 0 || signal.aborted) return { unwinding: { ...rest, todo: [] } };
  const found = nextUndo(now, session.state);
  if (found === undefined) return { unwinding: now, due: never };
  const { undo, missing } = found;
  const after: Unwinding = { ...rest, todo: now.todo.filter((other) => other !== undo) };
  if (missing !== undefined) return fail(undo, after, session, formatMissing(missing));
  let verifying = begun;
  try {
    if (verifying === undefined) {
      report({ kind: 'undo', undo, is: 'begun' });
      session.learn(await handle(session.world.undo, undo, session.state));
      report({ kind: 'undo', undo, is: 'asked' });
      const verified = manner === 'patient' || isNeeded(undo, session.state);
      if (verified && undo.verify !== undefined) verifying = beginWatching(undo.verify, clock.now());
    }
    if (verifying !== undefined && undo.verify !== undefined) {
      const { watching, due } = await look(undo.verify, verifying, session);
      if (due !== undefined) return { unwinding: { ...after, todo: [undo, ...after.todo], verifying: watching }, due };
      report({ kind: 'undo', undo, is: 'verified' });
    }
    session.forget([undo]);
    await session.saveOrWarn();
    return { unwinding: after, due: clock.now() };
  } catch (error) {
    return failed(error, undo, after, session, verifying !== undefined);
  }
}

const formatMissing = ({ title }: Undo): string => `not carried out, because this is not confirmed: ${title}`;

async function failed(error: unknown, undo: Undo, rest: Unwinding, session: Session, asked: boolean): Promise<Unwound> {
  if (session.world.signal.aborted) return { unwinding: { ...rest, todo: [] } };
  const said = error instanceof Failure && error.message === undo.title ? error.because : formatError(error);
  const because = asked ? `requested, but not confirmed: ${said}` : said;
  const superseded = error instanceof Failure && error.kind === 'superseded';
  // What AWS has not taken stays in the journal, and what others wait for: `post` tries once more.
  if ((asked || superseded) && !isNeeded(undo, session.state)) session.forget([undo]);
  const after = await fail(undo, rest, session, because);
  if (!superseded) return after;
  return { ...after, unwinding: { ...rest, superseded: [...rest.superseded, error.because] } };
}

/** It is left over. */
async function fail(undo: Undo, rest: Unwinding, session: Session, because: string): Promise<Unwound> {
  const { state, world } = session;
  world.report({ kind: 'undo', undo, is: 'failed', because });
  if (has(state.journal, undo)) session.become({ unconfirmed: [...state.unconfirmed, idOf(undo)] });
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
  const { unwinding, unconfirmed } = beginUnwinding(state, notUnwinding, 'on-failure', 'always');
  session.become({ unconfirmed });
  let unwound: Unwound = { unwinding, due: clock.now() };
  while (unwound.due !== undefined && unwound.due !== never) {
    const { unwinding, due } = unwound;
    const { verifying, ...rest } = unwinding;
    const [undo, ...todo] = unwinding.todo;
    if (verifying !== undefined && undo !== undefined && due > end) {
      const late = new Error('no time is left');
      unwound = await failed(late, undo, { ...rest, todo }, session, true);
    } else {
      await clock.sleep(Math.max(0, due - clock.now()), signal).catch(() => {});
      unwound = await unwindFurther(unwinding, session, 'hurried');
    }
  }
  return unwound.unwinding.left;
}
