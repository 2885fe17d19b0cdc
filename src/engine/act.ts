import type { Act } from '../model/acts.ts';
import { Failure, formatError, isRefusedCall } from '../model/failure.ts';
import { type ActContext, type Found, handlerOf } from '../model/handlers.ts';
import type { Step, Titled } from '../model/plan.ts';
import type { RunState } from '../model/run-state.ts';
import { begun, begunMore, done, withdrawn } from '../model/transitions.ts';
import type { Undo } from '../model/undos.ts';
import type { Session } from './session.ts';

type Performed = Act & Titled;

/**
 * Performs an act: its undos are saved before its first call, and what it has learned after the last. `after` is what changes
 * in the state as soon as it is done.
 */
export async function perform(
  planned: Performed,
  step: number,
  session: Session,
  after: Partial<RunState> = {},
): Promise<void> {
  // One in doubt is looked for first: the values that it sends may not be needed any more.
  const act = session.state.inDoubt?.step === step ? planned : await whole(planned, session);
  const resumed = await begin(act, step, session);
  try {
    const handler = handlerOf(session.world.act, act);
    const found: Found = resumed ? await find(act, session) : { is: 'not-done' };
    if (found.is === 'unknown') throw unknown(act, found.because);
    const result = found.is === 'done' ? found : await handler.do(await whole(act, session), contextOf(session));
    session.state = done(session.state, planned, result, result.undos && withRole(result.undos, session));
    session.become({ ...after, inDoubt: undefined });
    await session.saveOrWarn();
  } catch (error) {
    // An act that AWS has refused, or that was not even asked for, has not been done: there is nothing to undo. What an
    // earlier process has asked for is another matter.
    if (!resumed && isRefusedCall(error)) session.state = withdrawn(session.state);
    session.become({ inDoubt: undefined });
    throw error;
  }
}

/** The step with the values that a saved state has not. */
export async function whole<S extends Step>(step: S, { world }: Session): Promise<S> {
  if (!step.withheld) return step;
  const supplied = await world.supply?.(step);
  if (supplied === undefined) throw new Error('what it sends is not in the saved state, and cannot be made again here');
  return supplied;
}

/** Whether the act was begun before: by a process that has ended since, or by an earlier attempt of the job. */
async function begin(act: Performed, step: number, session: Session): Promise<boolean> {
  if (session.state.inDoubt?.step === step) return true;
  session.become({ at: session.world.clock.now() });
  const undos = withRole(handlerOf(session.world.act, act).undo(act, session.state), session);
  session.state = begun(session.state, step, undos);
  try {
    await session.world.save(session.state);
  } catch (error) {
    // What another process could not undo is not done.
    session.state = withdrawn(session.state);
    session.become({ inDoubt: undefined });
    throw error;
  }
  return session.state.inDoubt?.earlier !== undefined;
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

function contextOf(session: Session): ActContext {
  return {
    get state() {
      return session.state;
    },
    async record(undos, learned) {
      session.state = begunMore(session.state, withRole(undos, session));
      session.learn(learned);
      await session.world.save(session.state);
    },
  };
}

const withRole = (undos: readonly Undo[], { state: { role } }: Session): readonly Undo[] =>
  role === undefined ? undos : undos.map((undo) => ({ ...undo, role }));

const unknown = ({ kind }: Act, because: string): Failure =>
  new Failure(kind, {
    kind: 'unanswered-call',
    because: `an earlier process started this step, and it is unknown whether AWS carried it out: ${because}`,
  });
