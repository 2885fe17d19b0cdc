import { Failure, formatError } from './failure.ts';
import { defined } from './json.ts';
import type { Cause, GateName, Leftover, Outcome, OutcomeName } from './outcome.ts';
import type { Step } from './plan.ts';
import { type Failing, hadTraffic, isIdle, type RunState } from './run-state.ts';
import { isSame, type Undo } from './undos.ts';

/** Why a step failed. If the job was cancelled, that is the cause, whatever the step says. */
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

/** The outcome of a run whose steps are done; `undefined` while it still has to unwind and has time for it. */
export function succeeded(state: RunState, isCancelled: boolean): Outcome | undefined {
  const { journal, undone, unwinding, touched, plan } = state;
  const { always } = unwinding;
  if (!isIdle(always) && !isCancelled) return undefined;
  // If the job is cancelled now, the rollout is complete but not cleaned up.
  const rest = isCancelled ? journal.filter((undo) => !always.left.some((one) => isSame(one.undo, undo))) : [];
  const leftovers = [...undone, ...always.left.map(({ leftover }) => leftover), ...rest.map(leftToPost)];
  const outcome: Outcome = { is: 'succeeded', serviceIntact: !touched, leftovers };
  return plan.unattended ? { ...outcome, unattended: true } : outcome;
}

/** The outcome of a failed run; `undefined` while it still has to unwind or investigate, and has time for it. */
export function failed(state: RunState, failing: Failing, isCancelled: boolean): Outcome | undefined {
  const { always, 'on-failure': restoring } = state.unwinding;
  if (!isCancelled && !(isIdle(always) && isIdle(restoring) && failing.investigated)) return undefined;
  const cause = withNewer(failing.cause, restoring.superseded);
  const leftovers = [...restoring.left, ...always.left].map(({ leftover }) => leftover);
  if (isCancelled) return cancelled(state, cause, leftovers);
  const is = nameOf(state, failing);
  const serviceIntact = is !== 'rollback-failed' && is !== 'superseded';
  const isUntried = state.touched && (is === 'rejected' || is === 'failed');
  const only = isOfTraffic(state, failing, is) ? onlyTraffic : {};
  return { is, serviceIntact, cause, leftovers, ...(isUntried ? { withoutTraffic: true } : {}), ...only };
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

/** Once a weight was written, the post step returns the traffic, and this process does not know whether it succeeds. */
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

/**
 * What the failed check judges. An act is always about the new version. While the service is asked whether it could take
 * its requests again, the canary is watched too.
 */
function judgedBy(step: Step | undefined, gate?: GateName): 'new-version' | 'what-is-there' | 'others' {
  if (step?.kind === 'check' && step.judges !== undefined) return step.judges;
  return gate?.kind === 'stable-capacity' ? 'what-is-there' : 'new-version';
}

function nameOf(state: RunState, { step, kind, cause }: Failing): OutcomeName {
  const { plan, touched, unwinding } = state;
  const { left, superseded } = unwinding['on-failure'];
  // A canary that still receives requests is more than a leftover: a person has to act, whatever state the service is in.
  if (unwinding.always.left.some(({ undo }) => undo.changed === 'traffic')) return 'rollback-failed';
  if (kind === 'superseded' || superseded.length > 0) return 'superseded';
  if (touched && left.some(({ undo }) => undo.changed === 'service')) return 'rollback-failed';
  if (touched && hadTraffic(state)) return 'rolled-back';
  return kind === 'verdict' && judgedBy(plan.steps[step], cause.gate) === 'new-version' ? 'rejected' : 'failed';
}

/** The cause, with the changes that others have made since. */
function withNewer(cause: Cause, newer: readonly string[]): Cause {
  return newer.length === 0 ? cause : { ...cause, next: [...newer.map(sentence), cause.next].join(' ').trim() };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
