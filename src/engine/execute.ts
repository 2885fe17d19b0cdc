import type { Act } from '../model/acts.ts';
import { Failure, formatError } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import type { Cause, Leftover, Outcome, OutcomeName } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Undo } from '../model/undos.ts';
import { type Leftovers, unwind } from './unwind.ts';
import { watch } from './watch.ts';
import type { ActHandlers, World } from './world.ts';

/** Carries out any Plan. The only code that changes anything, and it never throws: how it went is the Outcome. */
export async function execute(plan: Plan, world: World): Promise<Outcome> {
  const rollout = new Rollout(world);
  for (const [index, step] of plan.steps.entries()) {
    try {
      await rollout.step(index, step);
    } catch (error) {
      if (!rollout.isCommitted) return rollout.failed(step, error);
      rollout.leave(step, error);
    }
  }
  const outcome = await rollout.committed();
  return plan.unattended ? { ...outcome, unattended: true } : outcome;
}

/** One run of a plan: what has begun beside it, and whether it has touched the service. */
class Rollout {
  readonly #world: World;
  #retiring: Promise<Leftovers> = Promise.resolve(new Map());
  #began = 0;
  #touched = false;
  #committed = false;
  /** What was to be done after the point of no return, and was not. */
  readonly #undone: Leftover[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get isCommitted(): boolean {
    return this.#committed;
  }

  /** After the point of no return what could not be done is left over. */
  leave({ title, byHand }: Step, error: unknown): void {
    this.#undone.push({ what: title, because: formatError(error), ...defined({ byHand }) });
  }

  async step(index: number, step: Step): Promise<void> {
    const { report, signal } = this.#world;
    report({ kind: 'step', index, is: 'begun' });
    try {
      signal.throwIfAborted();
      await this.#carryOut(step);
      report({ kind: 'step', index, is: 'done' });
    } catch (error) {
      report({ kind: 'step', index, is: signal.aborted ? 'stopped' : 'failed', because: formatError(error) });
      throw error;
    } finally {
      this.#forgetVoid();
    }
  }

  /** What has come to its end by itself is not put back. */
  #forgetVoid(): void {
    const { journal, isVoid } = this.#world;
    for (const undo of journal.pending()) if (isVoid(undo)) journal.forget(undo);
  }

  async #carryOut(step: Step): Promise<void> {
    if (step.kind === 'bake') return watch(step, this.#world);
    if (step.kind === 'check') {
      if (!step.continued) this.#began = this.#world.clock.now();
      return watch(step, this.#world, this.#began);
    }
    if (step.kind === 'retire') {
      this.#retiring = this.#retire();
      return;
    }
    if (step.kind === 'commit') {
      this.#committed = true;
      this.#world.journal.commit();
      return;
    }
    return this.#act(step);
  }

  async #act(act: Act): Promise<void> {
    const { journal } = this.#world;
    const undos = await undosOf(this.#world.act, act);
    for (const undo of undos) journal.record(undo);
    const before = this.#touched;
    this.#touched ||= undos.some(isOfService);
    try {
      const better = await perform(this.#world.act, act);
      for (const undo of better ?? []) journal.record(undo);
      if (better !== undefined) for (const undo of undos) journal.forget(undo);
    } catch (error) {
      // A deed that AWS has refused, or that was not even asked for, has not been done: there is nothing to undo.
      if (error instanceof Failure && error.kind === 'refused-call') {
        for (const undo of undos) journal.forget(undo);
        this.#touched = before;
      }
      throw error;
    }
  }

  /** One after the other, so that no undo is asked for twice at a time; what did not work is tried once more. */
  async #retire(): Promise<Leftovers> {
    const before = await this.#retiring;
    const again = this.#world.journal.pending();
    const left = [...before].filter(([undo]) => !again.includes(undo));
    return new Map([...left, ...(await unwind(this.#world, 'always', 'patient'))]);
  }

  /** Nothing that fails from here on makes the rollout a failure. */
  async committed(): Promise<Outcome> {
    const { journal, signal } = this.#world;
    journal.commit();
    const left = await this.#retire();
    // A job that is cancelled now is a rollout that is complete, and not tidy.
    const undone = signal.aborted ? journal.pending().filter((undo) => !left.has(undo)) : [];
    const leftovers = [...this.#undone, ...left.values(), ...undone.map(leftToPost)];
    return { is: 'succeeded', serviceIntact: !this.#touched, leftovers };
  }

  /** The first error is the cause; whatever else goes wrong is a leftover. */
  async failed(step: Step, error: unknown): Promise<Outcome> {
    const { journal, signal } = this.#world;
    const seen = this.#causeOf(step, error);
    if (error instanceof Failure && error.kind === 'superseded') journal.commit();
    // What is left in the journal is left to `post`, which has minutes; this process has seconds.
    if (signal.aborted) return this.#stopped(seen, []);
    const newer: string[] = [];
    const [restored, others, found] = await Promise.all([
      unwind(this.#world, 'on-failure', 'patient', (because) => newer.push(because)),
      this.#retire(),
      // Causes are known for what this run does; what others do has its own advice.
      isAboutOthers(step) ? seen : this.#investigate(seen),
    ]);
    const cause =
      newer.length === 0 ? found : { ...found, next: [...newer.map(sentence), found.next].join(' ').trim() };
    const leftovers = [...restored.values(), ...others.values()];
    if (signal.aborted) return this.#stopped(cause, leftovers);
    const is = newer.length > 0 ? 'superseded' : this.#nameOf(step, error, [...restored.keys()].some(isOfService));
    const serviceIntact = is === 'rolled-back' || (!this.#touched && is !== 'superseded');
    return { is, serviceIntact, cause, leftovers };
  }

  /** Nothing that is found out, or goes wrong meanwhile, has a say in how it ends. */
  async #investigate(cause: Cause): Promise<Cause> {
    try {
      return await this.#world.investigate(cause);
    } catch {
      return cause;
    }
  }

  #stopped(cause: Cause, leftovers: readonly Leftover[]): Outcome {
    return { is: 'cancelled', serviceIntact: !this.#touched, cause, leftovers };
  }

  #nameOf(step: Step, error: unknown, notRestored: boolean): OutcomeName {
    if (error instanceof Failure && error.kind === 'superseded') return 'superseded';
    if (this.#touched) return notRestored ? 'rollback-failed' : 'rolled-back';
    const tried = step.kind !== 'check' || !step.preliminary;
    return error instanceof Failure && error.kind === 'verdict' && tried ? 'rejected' : 'failed';
  }

  #causeOf(step: Step, error: unknown): Cause {
    const { signal } = this.#world;
    const { title: what } = step;
    if (signal.aborted) return { what, because: formatError(signal.reason), evidence: [], next: '' };
    if (!(error instanceof Failure)) return { what, because: formatError(error), evidence: [], next: '' };
    const ofCall = !error.conflict && (error.kind === 'refused-call' || error.kind === 'unanswered-call');
    const because = ofCall ? formatError(error) : error.because;
    const conflict = error.conflict ? { conflict: true as const } : {};
    const task = step.kind === 'check' && step.task !== undefined ? { task: step.task } : {};
    return { what, because, evidence: error.evidence, next: error.next, ...task, ...conflict };
  }
}

/** Whether it stands for a change of the service; a revision that nobody runs is none. */
const isOfService = ({ when, kind }: Undo): boolean => when === 'on-failure' && kind !== 'deregister-revision';

const leftToPost = ({ title, byHand }: Undo): Leftover => ({
  what: title,
  because: 'the job was cancelled before it was done; the post step does it',
  byHand,
});

const isAboutOthers = (step: Step): boolean =>
  step.kind === 'check' && step.gates.every(({ kind }) => kind === 'service-free');

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

async function undosOf(handlers: ActHandlers, act: Act): Promise<readonly Undo[]> {
  const handler = handlers[act.kind] as { undo(act: Act): ReturnType<ActHandlers[Act['kind']]['undo']> };
  return handler.undo(act);
}

async function perform(handlers: ActHandlers, act: Act): Promise<readonly Undo[] | undefined> {
  const handler = handlers[act.kind] as { do(act: Act): Promise<readonly Undo[] | undefined> };
  return handler.do(act);
}
