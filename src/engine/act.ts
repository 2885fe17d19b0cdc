import type { Act } from '../model/acts.ts';
import { Failure, formatError } from '../model/failure.ts';
import type { Step } from '../model/plan.ts';
import type { RunState } from '../model/run-state.ts';
import type { Undo } from '../model/undos.ts';
import type { Session } from './session.ts';
import { type ActContext, type Done, type Found, handlerOf } from './world.ts';

/** Performs an act: its undos are saved before its first call, and what it has learned after the last. */
export async function perform(
  act: Act,
  step: number,
  session: Session,
  /** What changes in the state as soon as it is done. */
  after: Partial<RunState> = {},
): Promise<void> {
  const resumed = await begin(act, step, session);
  try {
    const handler = handlerOf(session.world.act, act);
    const found: Found = resumed ? await find(act, session) : { is: 'not-done' };
    if (found.is === 'unknown') throw unknown(act, found.because);
    const done = found.is === 'done' ? found : await handler.do(act, contextOf(session));
    finish(act, done, session);
    session.become({ ...after, inDoubt: undefined });
    await session.saveOrWarn();
  } catch (error) {
    // An act that AWS has refused, or that was not even asked for, has not been done: there is nothing to undo. What an
    // earlier process has asked for is another matter.
    if (!resumed && error instanceof Failure && error.kind === 'refused-call') withdraw(session);
    session.become({ inDoubt: undefined });
    throw error;
  }
}

/** When it cannot even be asked whether an act was done, that is unknown. */
async function find(act: Act, session: Session): Promise<Found> {
  try {
    return await handlerOf(session.world.act, act).find(act, session.state);
  } catch (error) {
    session.world.signal.throwIfAborted();
    return { is: 'unknown', because: formatError(error) };
  }
}

/** Whether the act was begun before, by a process that has ended since. */
async function begin(act: Act, step: number, session: Session): Promise<boolean> {
  if (session.state.inDoubt?.step === step) return true;
  session.become({ at: session.world.clock.now() });
  const touchedBefore = session.state.touched;
  const undos = withRole(handlerOf(session.world.act, act).undo(act, session.state), session);
  session.record(undos);
  session.become({ inDoubt: { step, at: session.state.at, undos, touchedBefore } });
  try {
    await session.save();
  } catch (error) {
    // What another process could not undo is not done.
    withdraw(session);
    session.become({ inDoubt: undefined });
    throw error;
  }
  return false;
}

function contextOf(session: Session): ActContext {
  return {
    get state() {
      return session.state;
    },
    async record(undos, learned = {}) {
      const { inDoubt } = session.state;
      const whole = withRole(undos, session);
      session.record(whole);
      session.learn(learned);
      if (inDoubt !== undefined) session.become({ inDoubt: { ...inDoubt, undos: [...inDoubt.undos, ...whole] } });
      await session.save();
    },
  };
}

function finish(act: Act, { learned, undos, spent }: Done, session: Session): void {
  const { inDoubt, plan } = session.state;
  if (learned !== undefined) session.learn(learned);
  if (undos !== undefined) {
    session.record(withRole(undos, session));
    session.forget((inDoubt?.undos ?? []).filter((undo) => !undos.includes(undo)));
  }
  if (spent !== undefined) {
    const steps = plan.steps.map((one) => (one === act ? ({ ...one, ...spent } as Step) : one));
    session.become({ plan: { ...plan, steps } });
  }
}

function withdraw(session: Session): void {
  const { inDoubt } = session.state;
  if (inDoubt === undefined) return;
  session.forget(inDoubt.undos);
  session.become({ touched: inDoubt.touchedBefore });
}

const withRole = (undos: readonly Undo[], { state: { role } }: Session): readonly Undo[] =>
  role === undefined ? undos : undos.map((undo) => ({ ...undo, role }));

const unknown = ({ kind }: Act, because: string): Failure =>
  new Failure(kind, {
    kind: 'unanswered-call',
    because: `an earlier process has begun this step, and whether AWS has carried it out is unknown: ${because}`,
  });
