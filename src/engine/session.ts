import { formatError } from '../model/failure.ts';
import { type Lesson, learn, type RunState } from '../model/run-state.ts';
import { isSame, type Undo } from '../model/undos.ts';
import type { World } from './world.ts';

/** A run while it works: the state at this moment, and the world that it works in. */
export class Session {
  readonly world: World;
  #state: RunState;

  constructor(state: RunState, world: World) {
    this.world = world;
    this.#state = { ...state, at: world.clock.now() };
  }

  get state(): RunState {
    return this.#state;
  }

  /** Members that are `undefined` are left out. */
  become(change: { readonly [K in keyof RunState]?: RunState[K] | undefined }): void {
    const members = Object.entries({ ...this.#state, ...change }).filter(([, value]) => value !== undefined);
    this.#state = Object.fromEntries(members) as unknown as RunState;
  }

  learn(lesson: Lesson): void {
    this.become({ learned: learn(this.#state.learned, lesson) });
  }

  record(undos: readonly Undo[]): void {
    const { journal } = this.#state;
    const news = undos.filter((undo) => !journal.some((other) => isSame(other, undo)));
    this.become({
      journal: [...journal, ...news],
      touched: this.#state.touched || undos.some(({ changed }) => changed === 'service'),
    });
  }

  /** It has been undone, or there is nothing to undo. */
  forget(undos: readonly Undo[]): void {
    this.become({ journal: this.#state.journal.filter((undo) => !undos.some((other) => isSame(other, undo))) });
  }

  /** The point of no return: what would have been undone on a failure stays as it is from now on. */
  commit(): void {
    this.become({ journal: this.#state.journal.filter(({ when }) => when === 'always') });
  }

  /** Throws when it cannot be saved. */
  save(): Promise<void> {
    return this.world.save(this.#state);
  }

  /** What has been done is done: that it cannot be saved is a warning. */
  async saveOrWarn(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      const message = `The state of the run could not be saved: ${formatError(error)}`;
      this.world.report({ kind: 'warning', message });
    }
  }
}
