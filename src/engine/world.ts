import type { Clock } from '../model/clock.ts';
import type { Duration } from '../model/duration.ts';
import type { Event } from '../model/event.ts';
import type { ActHandlers, GateHandlers, UndoHandlers } from '../model/handlers.ts';
import type { Cause } from '../model/outcome.ts';
import type { Place } from '../model/place.ts';
import type { Step } from '../model/plan.ts';
import type { RunState } from '../model/run-state.ts';
import type { Undo } from '../model/undos.ts';

export type {
  ActContext,
  ActHandler,
  ActHandlers,
  Answer,
  Done,
  Found,
  GateContext,
  GateHandlers,
  Handlers,
  Sampling,
  UndoHandlers,
} from '../model/handlers.ts';

/** Work that is repeated while a run works and waits, such as renewing marks that would expire. */
export interface Heartbeat {
  /** What a warning names when it fails. */
  readonly title: string;
  readonly every: Duration;
  beat(state: RunState): Promise<void>;
}

/** Everything that a plan is carried out with. */
export interface World {
  readonly act: ActHandlers;
  readonly evaluate: GateHandlers;
  readonly undo: UndoHandlers;
  /** Finds out more of why a step failed, in seconds at most; it changes nothing. */
  investigate(cause: Cause, state: RunState): Promise<Cause>;
  /** Whether there is nothing left to undo, because what was there has ended by itself. Makes no call. */
  isVoid(undo: Undo, state: RunState): boolean;
  /** The values of an act of a saved state, which are not saved; absent in a process that has not the inputs. */
  supply?<S extends Step>(step: S): Promise<S | undefined>;
  /** What is to be repeated as long as the run lasts. */
  readonly heartbeat?: Heartbeat;
  /** Writes the state where another process finds it. */
  save(state: RunState): Promise<void>;
  readonly clock: Clock;
  /** The service that the run is about. */
  readonly place: Place;
  /** The role that the run has assumed, for its undos. */
  readonly role?: string;
  /** What earlier runs of this process have left to undo in it. */
  readonly left: readonly Undo[];
  /** Aborted with a `Cancelled` when the job is cancelled. */
  readonly signal: AbortSignal;
  report(event: Event): void;
  /** 1 usually, more while AWS throttles: every wait is that many times longer. */
  backoffFactor(): number;
  /** From 0 to below 1, for jitter. */
  random(): number;
}
