import { Failure, formatError } from './failure.ts';
import { defined } from './json.ts';
import type { Cause, Leftover, Outcome, OutcomeName } from './outcome.ts';
import type { Step } from './plan.ts';
import { type Failing, isIdle, type RunState } from './run-state.ts';
import { isSame, type Undo } from './undos.ts';

/** Why a step failed; the signal of a cancelled job counts more than what the stopped step says. */
export function causeOf(step: Step, error: unknown, signal: AbortSignal): Cause {
  const { title: what } = step;
  if (signal.aborted) return { what, because: formatError(signal.reason), evidence: [], next: '' };
  if (!(error instanceof Failure)) return { what, because: formatError(error), evidence: [], next: '' };
  const ofCall = !error.conflict && (error.kind === 'refused-call' || error.kind === 'unanswered-call');
  const because = ofCall ? formatError(error) : error.because;
  const conflict = error.conflict ? { conflict: true as const } : {};
  const task = step.kind === 'check' && step.task !== undefined ? { task: step.task } : {};
  const gate = error.gate === undefined ? {} : { gate: error.gate };
  return { what, because, evidence: error.evidence, next: error.next, ...task, ...gate, ...conflict };
}

/** Why a run fails at a step. */
export function failingAt(index: number, step: Step, error: unknown, signal: AbortSignal): Failing {
  const kind = error instanceof Failure ? error.kind : 'other';
  const investigated = judgedBy(step) === 'others';
  return { step: index, kind, cause: causeOf(step, error, signal), investigated };
}

/** What could not be done after the point of no return. */
export const leftUndone = ({ title, byHand }: Step, error: unknown): Leftover => ({
  what: title,
  because: formatError(error),
  ...defined({ byHand }),
});

/** How a run has ended whose steps are done; nothing while there is something to unwind and time for it. */
export function succeeded(state: RunState, isCancelled: boolean): Outcome | undefined {
  const { journal, undone, unwinding, touched, plan } = state;
  const { always } = unwinding;
  if (!isIdle(always) && !isCancelled) return undefined;
  // A job that is cancelled now is a rollout that is complete, and not tidy.
  const rest = isCancelled ? journal.filter((undo) => !always.left.some((one) => isSame(one.undo, undo))) : [];
  const leftovers = [...undone, ...always.left.map(({ leftover }) => leftover), ...rest.map(leftToPost)];
  const outcome: Outcome = { is: 'succeeded', serviceIntact: !touched, leftovers };
  return plan.unattended ? { ...outcome, unattended: true } : outcome;
}

/** How a run has ended that failed; nothing while there is something to unwind or to find out, and time for it. */
export function failed(state: RunState, failing: Failing, isCancelled: boolean): Outcome | undefined {
  const { always, 'on-failure': restoring } = state.unwinding;
  if (!isCancelled && !(isIdle(always) && isIdle(restoring) && failing.investigated)) return undefined;
  const cause = withNewer(failing.cause, restoring.superseded);
  const leftovers = [...restoring.left, ...always.left].map(({ leftover }) => leftover);
  if (isCancelled) return cancelled(state, cause, leftovers);
  const is = nameOf(state, failing);
  const serviceIntact = is === 'rolled-back' || (!state.touched && is !== 'superseded' && is !== 'rollback-failed');
  return { is, serviceIntact, cause, leftovers, ...(isOfTraffic(state, failing, is) ? onlyTraffic : {}) };
}

const onlyTraffic = { only: 'traffic' } as const;

/** Whether it ended so because of the traffic alone, and the service itself was not updated. */
function isOfTraffic({ plan, touched }: RunState, { step, cause }: Failing, is: OutcomeName): boolean {
  if (touched) return false;
  if (is === 'rollback-failed') return true;
  const kind = plan.steps[step]?.kind;
  return (
    is === 'superseded' && (cause.gate?.kind === 'weight-settled' || kind === 'set-weight' || kind === 'join-routes')
  );
}

/** Once a weight was written the post step returns the traffic, and this process does not know how that ends. */
export function cancelled({ touched, journal }: RunState, cause: Cause, leftovers: readonly Leftover[]): Outcome {
  const split = journal.some(({ changed }) => changed === 'traffic');
  return {
    is: 'cancelled',
    serviceIntact: !touched && !split,
    cause,
    leftovers,
    ...(split && !touched ? onlyTraffic : {}),
  };
}

const leftToPost = ({ title, byHand }: Undo): Leftover => ({
  what: title,
  because: 'the job was cancelled before it was done; the post step does it',
  byHand,
});

/** What the check that failed was about; an act is always about the new version. */
const judgedBy = (step: Step | undefined): 'new-version' | 'what-is-there' | 'others' =>
  (step?.kind === 'check' ? step.judges : undefined) ?? 'new-version';

function nameOf({ plan, touched, unwinding }: RunState, { step, kind }: Failing): OutcomeName {
  const { left, superseded } = unwinding['on-failure'];
  // A canary that still gets requests is more than a leftover: a person has to act, whatever became of the service.
  if (unwinding.always.left.some(({ undo }) => undo.changed === 'traffic')) return 'rollback-failed';
  if (kind === 'superseded' || superseded.length > 0) return 'superseded';
  if (touched) return left.some(({ undo }) => undo.changed === 'service') ? 'rollback-failed' : 'rolled-back';
  return kind === 'verdict' && judgedBy(plan.steps[step]) === 'new-version' ? 'rejected' : 'failed';
}

/** The cause, with what others have done since. */
function withNewer(cause: Cause, newer: readonly string[]): Cause {
  return newer.length === 0 ? cause : { ...cause, next: [...newer.map(sentence), cause.next].join(' ').trim() };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
