import type { Duration } from '../model/duration.ts';
import { Failure, formatError } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import type { Cause, Leftover, Outcome } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import type { RunState, Watching } from '../model/run-state.ts';
import { isSame, type Undo } from '../model/undos.ts';
import { perform, whole } from './act.ts';
import { causeOf, judgedBy, nameOf, withNewer } from './cause.ts';
import { Session } from './session.ts';
import { never, Tracks } from './tracks.ts';
import { beginUnwinding, unwindFurther } from './unwind.ts';
import { beginWatching, look, repairIn, watchAnew } from './watch.ts';
import type { World } from './world.ts';

/** The state, and how long there is nothing to do but wait; or how it has ended. */
export type Advanced =
  | { readonly state: RunState; readonly again: Duration }
  | { readonly state: RunState; readonly outcome: Outcome };

/** Works until there is nothing to do but wait, and says how long. It never throws for what goes wrong in a step. */
export async function advance(state: RunState, world: World): Promise<Advanced> {
  const run = new Run(new Session(state, world));
  return run.advance();
}

/** A run while it works on its steps, on what is unwound next to them, and on finding out why a step failed. */
class Run {
  readonly #session: Session;
  readonly #world: World;
  readonly #tracks: Tracks;
  #outcome: Outcome | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#world = session.world;
    this.#tracks = new Tracks(session.world, [
      () => this.#main(),
      () => this.#retire(),
      () => this.#investigate(),
      () => this.#beat(),
    ]);
  }

  get #state(): RunState {
    return this.#session.state;
  }

  async advance(): Promise<Advanced> {
    const due = await this.#tracks.work(() => this.#outcome !== undefined);
    const state = this.#state;
    if (this.#outcome !== undefined) return { state, outcome: this.#outcome };
    if (due === never) throw new Error('the run waits for nothing');
    return { state, again: Math.max(0, due - this.#world.clock.now()) };
  }

  /** The steps one after the other, and what follows them. */
  async #main(): Promise<number> {
    while (this.#outcome === undefined) {
      const { failing, next, plan } = this.#state;
      const step = plan.steps[next];
      if (failing !== undefined) return this.#restore();
      if (step === undefined) return this.#succeed();
      const due = await this.#step(next, step);
      if (due > this.#world.clock.now()) return due;
    }
    return never;
  }

  /** When to go on with it; now, when it has ended. */
  async #step(index: number, step: Step): Promise<number> {
    const { report, signal, clock } = this.#world;
    if (!this.#state.begun) report({ kind: 'step', index, is: 'begun' });
    this.#session.become({ begun: true });
    try {
      signal.throwIfAborted();
      const due = await this.#carryOut(index, step);
      if (due !== undefined) return due;
      report({ kind: 'step', index, is: 'done' });
    } catch (error) {
      report({ kind: 'step', index, is: signal.aborted ? 'stopped' : 'failed', because: formatError(error) });
      if (this.#state.committed) this.#leave(step, error);
      else await this.#fail(index, step, error);
    }
    this.#forgetVoid();
    this.#tracks.wake();
    if (this.#outcome === undefined) this.#session.become({ next: index + 1, begun: false, watching: undefined });
    await this.#session.saveOrWarn();
    return clock.now();
  }

  async #carryOut(index: number, step: Step): Promise<number | undefined> {
    if (step.kind === 'check' || step.kind === 'bake') return this.#watch(step);
    if (step.kind === 'commit') this.#commit();
    else if (step.kind === 'retire') this.#requestRetirement();
    else await perform(step, index, this.#session);
    return undefined;
  }

  async #watch(planned: Extract<Step, { kind: 'check' | 'bake' }>): Promise<number | undefined> {
    const step = await whole(planned, this.#session);
    const { clock } = this.#world;
    const before = this.#state.watching ?? this.#beginWatching(step);
    // A repair that an earlier process has begun is finished before anything is asked again.
    const looked = repairIn(before) === undefined ? await look(step, before, this.#session) : { watching: before };
    const { watching } = looked;
    this.#session.become({ watching });
    const repair = repairIn(watching);
    if (repair === undefined) return looked.due;
    const anew = watchAnew(step, watching, clock.now());
    await perform(repair, this.#state.next, this.#session, { watching: anew });
    return clock.now();
  }

  #beginWatching(step: Extract<Step, { kind: 'check' | 'bake' }>): Watching {
    const now = this.#world.clock.now();
    const continued = step.kind === 'check' && step.since === 'check-before';
    if (step.kind === 'check' && !continued) this.#session.become({ phaseBegan: now });
    return beginWatching(step, now, continued ? this.#state.phaseBegan : now);
  }

  #commit(): void {
    this.#session.become({ committed: true });
    this.#session.commit();
  }

  /** What has ended by itself is not undone. */
  #forgetVoid(): void {
    const state = this.#state;
    this.#session.forget(state.journal.filter((undo) => this.#world.isVoid(undo, state)));
  }

  /** After the point of no return what could not be done is left over. */
  #leave({ title, byHand }: Step, error: unknown): void {
    const leftover: Leftover = { what: title, because: formatError(error), ...defined({ byHand }) };
    this.#session.become({ undone: [...this.#state.undone, leftover] });
  }

  #requestRetirement(): void {
    const { retiring } = this.#state;
    this.#session.become({ retiring: { ...retiring, requested: retiring.requested + 1 } });
    this.#tracks.wake();
  }

  get #isRetired(): boolean {
    const { todo, requested } = this.#state.retiring;
    return todo.length === 0 && requested === 0;
  }

  /** One after the other, so that no undo is requested twice at a time; what did not work is tried once more. */
  async #retire(): Promise<number> {
    for (;;) {
      const { retiring, journal } = this.#state;
      if (this.#isRetired) return never;
      if (retiring.todo.length === 0) {
        const left = retiring.left.filter(({ undo }) => !journal.some((other) => isSame(other, undo)));
        const { todo } = beginUnwinding(this.#session, 'always');
        this.#session.become({ retiring: { todo, left, requested: retiring.requested - 1 } });
      }
      const { requested, ...unwinding } = this.#state.retiring;
      const { unwinding: after, due } = await unwindFurther(unwinding, this.#session, 'patient');
      this.#session.become({ retiring: { ...after, requested: this.#state.retiring.requested } });
      if (this.#isRetired || after.todo.length < unwinding.todo.length) this.#tracks.wake();
      if (due !== undefined && due > this.#world.clock.now()) return due;
    }
  }

  /** What has to be repeated as long as the run lasts. That it fails is a warning. */
  async #beat(): Promise<number> {
    const { heartbeat, clock, signal, report } = this.#world;
    if (heartbeat === undefined || signal.aborted) return never;
    const { beaten } = this.#state;
    if (beaten === undefined || clock.now() >= beaten + heartbeat.every) this.#session.become({ beaten: clock.now() });
    if (beaten !== undefined && this.#state.beaten !== beaten) {
      try {
        await heartbeat.beat(this.#state);
      } catch (error) {
        if (!signal.aborted) report({ kind: 'warning', message: `${heartbeat.title} failed: ${formatError(error)}` });
      }
    }
    return (this.#state.beaten ?? clock.now()) + heartbeat.every;
  }

  /** Nothing that fails from here on makes the rollout a failure. */
  async #succeed(): Promise<number> {
    if (!this.#state.begun) {
      this.#session.become({ begun: true });
      this.#session.commit();
      this.#requestRetirement();
      await this.#session.saveOrWarn();
    }
    const { journal, undone, retiring, touched, plan } = this.#state;
    const { signal } = this.#world;
    if (!this.#isRetired && !signal.aborted) return never;
    // A job that is cancelled now is a rollout that is complete, and not tidy.
    const rest = signal.aborted ? journal.filter((undo) => !retiring.left.some((one) => isSame(one.undo, undo))) : [];
    const leftovers = [...undone, ...retiring.left.map(({ leftover }) => leftover), ...rest.map(leftToPost)];
    const outcome: Outcome = { is: 'succeeded', serviceIntact: !touched, leftovers };
    this.#outcome = plan.unattended ? { ...outcome, unattended: true } : outcome;
    return never;
  }

  /** The first error is the cause; whatever else goes wrong is a leftover. */
  async #fail(index: number, step: Step, error: unknown): Promise<void> {
    const { signal } = this.#world;
    const cause = causeOf(step, error, signal);
    const kind = error instanceof Failure ? error.kind : 'other';
    if (kind === 'superseded') this.#session.commit();
    // What is left in the journal is left to `post`, which has minutes; this process has seconds.
    if (signal.aborted) {
      this.#outcome = this.#stopped(cause, []);
      return;
    }
    const restoring = beginUnwinding(this.#session, 'on-failure');
    const investigated = judgedBy(step) === 'others';
    this.#session.become({ failing: { step: index, kind, cause, investigated, restoring, newer: [] } });
    this.#requestRetirement();
  }

  /** Causes are known for what this run does. Nothing that goes wrong meanwhile has a say in how it ends. */
  async #investigate(): Promise<number> {
    const { failing } = this.#state;
    if (failing === undefined || failing.investigated) return never;
    let { cause } = failing;
    try {
      cause = await this.#world.investigate(cause, this.#state);
    } catch {
      // The cause stays as it is.
    }
    this.#session.become({ failing: { ...(this.#state.failing ?? failing), cause, investigated: true } });
    this.#tracks.wake();
    return never;
  }

  async #restore(): Promise<number> {
    for (;;) {
      const { failing } = this.#state;
      if (failing === undefined) return never;
      if (failing.restoring.todo.length === 0 || this.#world.signal.aborted) return this.#conclude();
      const { unwinding, due, superseded } = await unwindFurther(failing.restoring, this.#session, 'patient');
      const { failing: now = failing } = this.#state;
      const newer = superseded === undefined ? now.newer : [...now.newer, superseded];
      this.#session.become({ failing: { ...now, restoring: unwinding, newer } });
      if (unwinding.todo.length < failing.restoring.todo.length) this.#tracks.wake();
      if (due !== undefined && due > this.#world.clock.now()) return due;
    }
  }

  #conclude(): number {
    const { failing, retiring, touched } = this.#state;
    const aborted = this.#world.signal.aborted;
    if (failing === undefined || (!aborted && !(this.#isRetired && failing.investigated))) return never;
    const cause = withNewer(failing.cause, failing.newer);
    const leftovers = [...failing.restoring.left, ...retiring.left].map(({ leftover }) => leftover);
    if (aborted) this.#outcome = this.#stopped(cause, leftovers);
    else {
      const is = nameOf(this.#state, failing);
      const serviceIntact = is !== 'rollback-failed' && is !== 'superseded';
      const withoutTraffic = touched && (is === 'rejected' || is === 'failed') ? { withoutTraffic: true as const } : {};
      this.#outcome = { is, serviceIntact, cause, leftovers, ...withoutTraffic };
    }
    return never;
  }

  #stopped(cause: Cause, leftovers: readonly Leftover[]): Outcome {
    return { is: 'cancelled', serviceIntact: !this.#state.touched, cause, leftovers };
  }
}

const leftToPost = ({ title, byHand }: Undo): Leftover => ({
  what: title,
  because: 'the job was cancelled before it was done; the post step does it',
  byHand,
});
