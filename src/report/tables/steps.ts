import { showDuration } from '../../model/duration.ts';
import type { Step } from '../../model/plan.ts';
import type { Phase, Progress } from '../../model/report.ts';
import type { Cell, Table } from './table.ts';

/** What a step that ended is called: `passed`, `failed`; `begun` is what one that has not ended is called. */
export function wordForEnd(kind: Step['kind'], is: Phase['is'], begun = 'not ended'): string {
  if (is === 'done')
    return { check: 'passed', bake: 'held', retire: 'begun', commit: 'kept' }[kind as string] ?? 'done';
  return { begun, 'not-begun': 'not begun', failed: 'failed', stopped: 'stopped' }[is];
}

/** Whether a check has only what is left of the time of the check before it. */
export const isContinued = (step: Step): boolean => step.kind === 'check' && step.since === 'check-before';

/** The most that a step may wait: `at most 15m`, or nothing. */
export function limitOf(step: Step): string {
  if (step.kind === 'check') return `${isContinued(step) ? 'within the same' : 'at most'} ${showDuration(step.within)}`;
  return step.kind === 'bake' ? `for ${showDuration(step.during)}` : '';
}

type Column = 'Result' | 'Took' | 'Limit';

/** The steps of a plan with the columns that are asked for; `begun` is what a step that has not ended is called. */
export function stepTable({ phases, plan }: Progress, columns: readonly Column[], begun?: string): Table {
  const steps: readonly Pick<Phase, 'title' | 'kind'>[] = plan?.steps ?? phases;
  const rows = steps.map(({ title, kind }, index) => {
    const { is = 'not-begun', took } = phases[index] ?? {};
    const step = plan?.steps[index];
    const word = wordForEnd(kind, is, begun);
    const cells: Readonly<Record<Column, Cell>> = {
      Result: is === 'failed' ? { strong: word } : word,
      Took: took === undefined || kind === 'retire' ? '' : showDuration(took),
      Limit: step === undefined ? '' : limitOf(step),
    };
    return [String(index + 1), title, ...columns.map((column) => cells[column])];
  });
  return { columns: ['', 'Step', ...columns], rows };
}
