import type { Duration } from '../model/duration.ts';
import { cancelled, failed, failingAt, leftUndone, succeeded } from '../model/ending.ts';
import { formatError } from '../model/failure.ts';
import type { Bake, Check } from '../model/gates.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Step, Titled } from '../model/plan.ts';
import type { RunState, Watching } from '../model/run-state.ts';
import { beginWatching, repairIn, watchAnew } from '../model/watching.ts';
import { perform, whole } from './act.ts';
import { Session } from './session.ts';
import { never, workUntilAllWait } from './tracks.ts';
import { unwind } from './unwind.ts';
import { look } from './watch.ts';
import type { World } from './world.ts';

/** The state, and how long there is nothing to do but wait; or how it has ended. */
export type Advanced =
  | { readonly state: RunState; readonly again: Duration }
  | { readonly state: RunState; readonly outcome: Outcome };

/** Works until there is nothing to do but wait, and says how long. It never throws for what goes wrong in a step. */
export async function advance(begun: RunState, world: World): Promise<Advanced> {
  const session = new Session(begun, world);
  const tracks = [goOn, unwind('always'), unwind('on-failure'), investigate, beat];
  const due = await workUntilAllWait(session, tracks);
  const { state, outcome } = session;
  if (outcome !== undefined) return { state, outcome };
  if (due === never) throw new Error('the run waits for nothing');
  return { state, again: Math.max(0, due - world.clock.now()) };
}

/** The next step, or what follows the last. */
async function goOn(session: Session): Promise<number> {
  const { state, world } = session;
  const { failing, next, plan, begun } = state;
  const step = plan.steps[next];
  if (failing !== undefined) session.outcome = failed(state, failing, world.signal.aborted);
  else if (step !== undefined) return carryOut(step, next, session);
  else if (begun) session.outcome = succeeded(state, world.signal.aborted);
  else return finish(session);
  return never;
}

/** Nothing that fails from here on makes the rollout a failure. */
async function finish(session: Session): Promise<number> {
  session.become({ begun: true });
  session.commit();
  session.requestUnwinding('always');
  await session.saveOrWarn();
  return session.world.clock.now();
}

async function carryOut(step: Step, index: number, session: Session): Promise<number> {
  const { report, signal, clock } = session.world;
  if (!session.state.begun) report({ kind: 'step', index, is: 'begun' });
  if (!session.state.begun) session.become({ begun: true });
  try {
    signal.throwIfAborted();
    const due = await work(step, index, session);
    if (due !== undefined) return due;
    report({ kind: 'step', index, is: 'done' });
  } catch (error) {
    report({ kind: 'step', index, is: signal.aborted ? 'stopped' : 'failed', because: formatError(error) });
    if (session.state.committed) session.become({ undone: [...session.state.undone, leftUndone(step, error)] });
    else fail(index, step, error, session);
  }
  // What has ended by itself is not undone.
  const { state, world } = session;
  session.forget(state.journal.filter((undo) => world.isVoid(undo, state)));
  if (session.outcome === undefined) session.become({ next: index + 1, begun: false, watching: undefined });
  await session.saveOrWarn();
  return clock.now();
}

/** When to go on with it; nothing, when it is done. */
async function work(step: Step, index: number, session: Session): Promise<number | undefined> {
  if (step.kind === 'check' || step.kind === 'bake') return watch(step, index, session);
  if (step.kind === 'retire') session.requestUnwinding('always');
  else if (step.kind === 'commit') session.commit({ committed: true });
  else await perform(step, index, session);
  return undefined;
}

type Watched = (Check | Bake) & Titled;

async function watch(planned: Watched, index: number, session: Session): Promise<number | undefined> {
  const step = await whole(planned, session);
  const { clock } = session.world;
  const before = session.state.watching ?? begin(step, session);
  // A repair that an earlier process has begun is finished before anything is asked again.
  const looked = repairIn(before) === undefined ? await look(step, before, session) : { watching: before };
  const { watching } = looked;
  if (watching !== session.state.watching) session.become({ watching });
  const repair = repairIn(watching);
  if (repair === undefined) return looked.due;
  await perform(repair, index, session, { watching: watchAnew(step, watching, clock.now()) });
  return clock.now();
}

function begin(step: Check | Bake, session: Session): Watching {
  const now = session.world.clock.now();
  const continued = step.kind === 'check' && step.since === 'check-before';
  if (step.kind === 'check' && !continued) session.become({ phaseBegan: now });
  return beginWatching(step, now, continued ? session.state.phaseBegan : now);
}

/** The first error is the cause; whatever else goes wrong is a leftover. */
function fail(index: number, step: Step, error: unknown, session: Session): void {
  const { signal } = session.world;
  const failing = failingAt(index, step, error, signal);
  if (failing.kind === 'superseded') session.commit();
  // What is left in the journal is left to `post`, which has minutes; this process has seconds.
  if (signal.aborted) {
    session.outcome = cancelled(session.state, failing.cause, []);
    return;
  }
  session.become({ failing });
  session.requestUnwinding('on-failure');
  session.requestUnwinding('always');
}

/** Causes are known for what this run does. Nothing that goes wrong meanwhile has a say in how it ends. */
async function investigate(session: Session): Promise<number> {
  const { failing } = session.state;
  if (failing === undefined || failing.investigated) return never;
  const cause = await session.world.investigate(failing.cause, session.state).catch(() => failing.cause);
  session.become({ failing: { ...failing, cause, investigated: true } });
  return never;
}

/** What has to be repeated as long as the run lasts. That it fails is a warning. */
async function beat(session: Session): Promise<number> {
  const { heartbeat, clock, signal, report } = session.world;
  if (heartbeat === undefined || signal.aborted) return never;
  const { beaten } = session.state;
  const now = clock.now();
  if (beaten !== undefined && now < beaten + heartbeat.every) return beaten + heartbeat.every;
  session.become({ beaten: now });
  try {
    if (beaten !== undefined) await heartbeat.beat(session.state);
  } catch (error) {
    if (!signal.aborted) report({ kind: 'warning', message: `${heartbeat.title} failed: ${formatError(error)}` });
  }
  return now + heartbeat.every;
}
