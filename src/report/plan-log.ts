import type { Plan } from '../model/plan.ts';
import type { Finding } from '../model/preview.ts';
import { formatChange, formatHidden, formatSource, formatSubject, groupsOf, labelOf } from './change-words.ts';
import { logLine } from './escape.ts';
import { count, formatValue, limitOf } from './messages.ts';
import {
  findingWords,
  formatCapacity,
  formatFindings,
  formatLikely,
  formatLimit,
  likelyIn,
  limitIn,
} from './preview-words.ts';

/** More changes than this are for the summary. */
const mostChanges = 30;

/** What a plan changes, for the job log: a line each, under what it belongs to. */
export function changeLines({ changes }: Plan): readonly string[] {
  const groups = groupsOf(changes.slice(0, mostChanges));
  const lines = groups.flatMap(({ subject, changes: mine }) => [
    `  ${logLine(formatSubject(subject))}`,
    ...mine.map((change) => {
      const source = formatSource(change);
      return `    ${logLine(`${labelOf(change)}: ${formatChange(change)}${source === '' ? '' : ` [${source}]`}`)}`;
    }),
  ]);
  if (changes.length <= mostChanges) return lines;
  return [...lines, `  and ${count(changes.length - mostChanges, 'other change')}: see the summary`];
}

/** The steps of a plan that is not carried out, and what is known before. */
export function previewLines({ steps, preview }: Plan, grey: (text: string) => string): readonly string[] {
  const number = (index: number): string => String(index + 1).padStart(2);
  if (preview === undefined) {
    return steps.map((step, index) => `  ${number(index)}  ${logLine(step.title)}${grey(limitOf(step))}`);
  }
  const { times, total, capacity, drift, findings } = preview;
  const timed = steps.map((step, index) => {
    const time = times[index] ?? {};
    const [limit, likely, why] = [limitIn(step, time), likelyIn(step, time), time.because ?? ''];
    const said = [
      /^\d/.test(limit) ? `at most ${limit}` : limit,
      likely === '' ? '' : `likely ${likely}${why === '' ? '' : `: ${why}`}`,
    ].filter((text) => text !== '');
    return `  ${number(index)}  ${logLine(step.title)}${said.length === 0 ? '' : grey(` (${said.join(', ')})`)}`;
  });
  return [
    `Steps: likely ${formatLikely(total)}, at most ${formatLimit(total)} without a way back`,
    ...timed,
    'Needs',
    ...formatCapacity(capacity).map((line) => `  ${line}`),
    ...(drift.length === 0 ? [] : ['Differs from service.json, of which nothing is applied (update-service is false)']),
    ...drift.map((change) => {
      const said =
        formatHidden(change) ?? `${formatValue(change.before)} live, ${formatValue(change.after)} in the file`;
      return `  ${logLine(`${labelOf(change)}: ${said}`)}`;
    }),
    `Looked at before: ${formatFindings(findings)}`,
    ...findings.flatMap(findingLines),
  ];
}

const width = Math.max(...Object.values(findingWords).map(({ length }) => length));

function findingLines({ is, about, because, next }: Finding): readonly string[] {
  const line = `  ${findingWords[is].padEnd(width)}  ${logLine(`${about}: ${because}`)}`;
  return next === undefined || next === '' ? [line] : [line, `  ${''.padEnd(width)}  next: ${logLine(next)}`];
}
