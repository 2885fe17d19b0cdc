import type { Plan, Step } from '../../model/plan.ts';
import type { Preview, StepTime } from '../../model/preview.ts';
import { logLine } from '../escape.ts';
import { changeLine, driftLine, groupsOf } from '../tables/changes.ts';
import { findingWords, formatCapacity, formatFindings, formatTotal, timeOf } from '../tables/plan.ts';
import { isContinued, limitOf } from '../tables/steps.ts';
import { count, inBrackets, list } from '../texts.ts';

/** More changes are only in the summary. */
const mostChanges = 30;

/** The changes of a plan, one line each, by container, task and service. */
export function changeLines({ changes }: Plan): readonly string[] {
  const lines = groupsOf(changes.slice(0, mostChanges)).flatMap(({ subject, changes: mine }) => [
    `  ${logLine(subject)}`,
    ...mine.map((change) => `    ${logLine(changeLine(change))}`),
  ]);
  if (changes.length <= mostChanges) return lines;
  return [...lines, `  and ${count(changes.length - mostChanges, 'other change')}: see the summary`];
}

/** The steps of a plan that is not executed, and what is known before. */
export function previewLines({ steps, preview }: Plan, grey: (text: string) => string): readonly string[] {
  const lines = steps.map((step, index) => {
    const times = preview === undefined ? limitOf(step) : formatTimes(step, preview.times[index]);
    return `  ${String(index + 1).padStart(2)}  ${logLine(step.title)}${grey(inBrackets(times))}`;
  });
  return preview === undefined ? lines : aroundSteps(lines, preview);
}

function formatTimes(step: Step, time: StepTime | undefined): string {
  const { limit, likely, because } = timeOf(step, time);
  return list([
    time?.atMost !== undefined && !isContinued(step) ? `at most ${limit}` : limit,
    likely && `likely ${list([likely, because], ': ')}`,
  ]);
}

function aroundSteps(steps: readonly string[], { total, capacity, drift, findings }: Preview): readonly string[] {
  const { limit, likely } = formatTotal(total);
  const width = Math.max(...Object.values(findingWords).map(({ length }) => length));
  return [
    `Steps: likely ${likely}, at most ${limit} without a rollback`,
    ...steps,
    'Needs',
    ...formatCapacity(capacity).map((line) => `  ${line}`),
    ...(drift.length === 0 ? [] : ['Differs from service.json, which is not applied (update-service is false)']),
    ...drift.map((change) => `  ${logLine(driftLine(change))}`),
    `Preflight: ${formatFindings(findings)}`,
    ...findings.flatMap(({ is, about, because, next }) => [
      `  ${findingWords[is].padEnd(width)}  ${logLine(`${about}: ${because}`)}`,
      ...(next ? [`  ${''.padEnd(width)}  next: ${logLine(next)}`] : []),
    ]),
  ];
}
