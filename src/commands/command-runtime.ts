import type { Aws } from '../aws/client/account.ts';
import type { Clock } from '../model/clock.ts';
import type { Event } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { RunState } from '../model/run-state.ts';
import type { Web } from '../model/web.ts';

/** What a request is carried out with; `connect` makes the real one, `rehearse` and the tests a pretend one. */
export interface Runtime {
  readonly aws: Aws;
  readonly clock: Clock;
  /** What runs of this process have not undone yet, and what earlier ones have left. */
  readonly journal: Journal;
  /** The role that is assumed for the calls, for undos that another process carries out. */
  readonly role?: string;
  readonly signal: AbortSignal;
  readonly report: (event: Event) => void;
  readonly random: () => number;
  /** Requests of gates to URLs outside AWS. */
  readonly web: Web;
  /** A run of the same request that another process has begun, as it was saved: it is continued. */
  readonly saved?: RunState;
  /** Resolves when the team knows that something is about to change, or when that is not worth waiting for. */
  readonly announced?: (signal: AbortSignal) => Promise<void>;
}
