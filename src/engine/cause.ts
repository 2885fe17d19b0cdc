import { Failure, formatError } from '../model/failure.ts';
import type { Cause, OutcomeName } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import { type Failing, hadTraffic, type RunState } from '../model/run-state.ts';

/** Why a step failed; the signal of a cancelled job counts more than what the stopped step says. */
export function causeOf(step: Step, error: unknown, signal: AbortSignal): Cause {
  const { title: what } = step;
  if (signal.aborted) return { what, because: formatError(signal.reason), evidence: [], next: '' };
  if (!(error instanceof Failure)) return { what, because: formatError(error), evidence: [], next: '' };
  const ofCall = !error.conflict && (error.kind === 'refused-call' || error.kind === 'unanswered-call');
  const because = ofCall ? formatError(error) : error.because;
  const conflict = error.conflict ? { conflict: true as const } : {};
  const task = step.kind === 'check' && step.task !== undefined ? { task: step.task } : {};
  return { what, because, evidence: error.evidence, next: error.next, ...task, ...conflict };
}

/** What the check that failed was about; an act is always about the new version. */
export const judgedBy = (step: Step | undefined): 'new-version' | 'what-is-there' | 'others' =>
  (step?.kind === 'check' ? step.judges : undefined) ?? 'new-version';

/** How a run has ended that failed, when everything is unwound. */
export function nameOf(state: RunState, { step, kind, newer, restoring }: Failing): OutcomeName {
  const { plan, touched } = state;
  if (kind === 'superseded' || newer.length > 0) return 'superseded';
  if (touched && restoring.left.some(({ undo }) => undo.changed === 'service')) return 'rollback-failed';
  if (touched && hadTraffic(state)) return 'rolled-back';
  return kind === 'verdict' && judgedBy(plan.steps[step]) === 'new-version' ? 'rejected' : 'failed';
}

/** The cause, with what others have done since. */
export function withNewer(cause: Cause, newer: readonly string[]): Cause {
  return newer.length === 0 ? cause : { ...cause, next: [...newer.map(sentence), cause.next].join(' ').trim() };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
