import type { Change } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import type { Finding, Preview } from '../model/preview.ts';
import { type Cell, type Grid, nameCell } from './cell.ts';
import { formatHidden, formatSource, type Group, labelOf } from './change-words.ts';
import { formatValue } from './messages.ts';
import { findingWords, formatLikely, formatLimit, likelyIn, limitIn } from './preview-words.ts';

/** What of one container, of the task or of the service changes; not more rows than a page has room for. */
export function changeGrid({ changes }: Group, most: number): Grid {
  return { head: ['', 'Now', 'New', 'From'], rows: changes.slice(0, most).map(changeRow) };
}

function changeRow(change: Change): readonly Cell[] {
  const label = nameCell(labelOf(change));
  const hidden = formatHidden(change);
  if (hidden !== undefined) return [label, '', hidden, formatSource(change)];
  return [
    label,
    valueCell(change.before),
    change.kind === 'removed' ? 'removed' : valueCell(change.after),
    formatSource(change),
  ];
}

const valueCell = (value: unknown): Cell => (value === undefined ? '' : nameCell(formatValue(value)));

/** What is not as it should be, or cannot be told; the worst first. */
export function findingGrid(findings: readonly Finding[]): Grid {
  const rows = findings
    .filter(({ is }) => is !== 'ok')
    .map(({ is, about, because, next = '' }) => [findingWords[is], about, because, next]);
  return { head: ['', 'Looked at', 'Because', 'What to do'], rows };
}

/** What is as it should be. */
export function goodGrid(findings: readonly Finding[]): Grid {
  const rows = findings.filter(({ is }) => is === 'ok').map(({ about, because }) => [about, because]);
  return { head: ['Looked at', 'Because'], rows };
}

/** What the live service does otherwise than service.json says. */
export function driftGrid({ drift }: Pick<Preview, 'drift'>): Grid {
  const rows = drift.map((change): readonly Cell[] => {
    const hidden = formatHidden(change);
    const values = hidden === undefined ? [valueCell(change.before), valueCell(change.after)] : ['', hidden];
    return [nameCell(labelOf(change)), ...values];
  });
  return { head: ['', 'Live', 'service.json'], rows };
}

/** The steps with how long they may take and are likely to. */
export function timeGrid({ steps }: Pick<Plan, 'steps'>, { times, total }: Pick<Preview, 'times' | 'total'>): Grid {
  const rows = steps.map((step, index) => {
    const time = times[index] ?? {};
    return [String(index + 1), step.title, limitIn(step, time), likelyIn(step, time), time.because ?? ''];
  });
  const sum = ['', 'Together', formatLimit(total), formatLikely(total), 'without a way back'];
  return { head: ['', 'Step', 'At most', 'Likely', 'Because'], rows: [...rows, sum] };
}
