import { formatError } from '../model/failure.ts';
import type { Outcome } from '../model/outcome.ts';
import { type Lesson, learn, type RunState } from '../model/run-state.ts';
import { type Change, changed, forgotten, requested } from '../model/transitions.ts';
import type { Undo } from '../model/undos.ts';
import type { World } from './world.ts';

/** A run while it works: the state at this moment, and the world that it works in. */
export class Session {
  readonly world: World;
  state: RunState;
  /** How it has ended. */
  outcome: Outcome | undefined;

  constructor(state: RunState, world: World) {
    this.world = world;
    this.state = { ...state, at: world.clock.now() };
  }

  become(change: Change): void {
    this.state = changed(this.state, change);
  }

  learn(lesson: Lesson | undefined): void {
    if (lesson !== undefined) this.become({ learned: learn(this.state.learned, lesson) });
  }

  /** It has been undone, or there is nothing to undo. */
  forget(undos: readonly Undo[]): void {
    if (undos.length > 0) this.state = forgotten(this.state, undos);
  }

  /** The point of no return: what would have been undone on a failure stays as it is from now on. */
  commit(change: Change = {}): void {
    this.become({ journal: this.state.journal.filter(({ when }) => when === 'always'), ...change });
  }

  requestUnwinding(which: Undo['when']): void {
    this.state = requested(this.state, which);
  }

  /** What has been done is done: that it cannot be saved is a warning. */
  async saveOrWarn(): Promise<void> {
    try {
      await this.world.save(this.state);
    } catch (error) {
      const message = `The state of the run could not be saved: ${formatError(error)}`;
      this.world.report({ kind: 'warning', message });
    }
  }
}
