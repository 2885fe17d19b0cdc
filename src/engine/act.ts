import type { Act } from '../model/acts.ts';
import { Failure, formatError } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import type { Step, Titled } from '../model/plan.ts';
import type { RunState } from '../model/run-state.ts';
import { isSame, type Undo } from '../model/undos.ts';
import type { Session } from './session.ts';
import { type ActContext, type Done, type Found, handlerOf } from './world.ts';

/** Performs an act: its undos are saved before its first call, and what it has learned after the last. */
export async function perform(
  planned: Performed,
  step: number,
  session: Session,
  /** What changes in the state as soon as it is done. */
  after: Partial<RunState> = {},
): Promise<void> {
  // One in doubt is looked for first: the values that it sends may not be needed any more.
  const act = session.state.inDoubt?.step === step ? planned : await whole(planned, session);
  const resumed = await begin(act, step, session);
  try {
    const handler = handlerOf(session.world.act, act);
    const found: Found = resumed ? await find(act, session) : { is: 'not-done' };
    if (found.is === 'unknown') throw unknown(act, found.because);
    const done = found.is === 'done' ? found : await handler.do(await whole(act, session), contextOf(session));
    finish(planned, done, session);
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

type Performed = Act & Pick<Titled, 'withheld'>;

/** The act with the values that a saved state has not. */
async function whole(act: Performed, { world }: Session): Promise<Act> {
  if (!act.withheld) return act;
  const supplied = await world.supply?.(act);
  if (supplied === undefined) throw new Error('what it sends is not in the saved state, and cannot be made again here');
  return supplied;
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

/** Whether the act was begun before: by a process that has ended since, or by an earlier attempt of the job. */
async function begin(act: Act, step: number, session: Session): Promise<boolean> {
  if (session.state.inDoubt?.step === step) return true;
  session.become({ at: session.world.clock.now() });
  const { at, touched: touchedBefore } = session.state;
  const earlier = session.state.earlier.find((one) => one.step === step);
  const undos = withRole(handlerOf(session.world.act, act).undo(act, session.state), session);
  session.record(undos);
  session.become({
    inDoubt: { step, at: earlier?.at ?? at, undos, touchedBefore, ...defined({ earlier }) },
    earlier: session.state.earlier.filter((one) => one !== earlier),
  });
  try {
    await session.save();
  } catch (error) {
    // What another process could not undo is not done.
    withdraw(session);
    session.become({ inDoubt: undefined });
    throw error;
  }
  return earlier !== undefined;
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
    const better = withRole(undos, session);
    session.record(better);
    session.forget((inDoubt?.undos ?? []).filter((undo) => !better.some((other) => isSame(other, undo))));
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
