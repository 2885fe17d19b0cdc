import type { Plan } from '../../model/plan.ts';
import type { Finding, Preview } from '../../model/preview.ts';
import { changeTable, groupsOf } from '../tables/changes.ts';
import { driftSection, findingTable, formatFindings, goodTable, needsSection, timeTable } from '../tables/plan.ts';
import { count } from '../texts.ts';
import { capped, folded, htmlSection, htmlTable } from './text.ts';

const mostChanges = 500;

/** The changes of a plan, by container, task and service. */
export function renderChanges({ changes }: Plan): string {
  return groupsOf(changes)
    .map((group) => {
      const more = group.changes.length - mostChanges;
      const cut = more > 0 ? `<p class="cut">and ${count(more, 'other change')} in the JSON report</p>` : '';
      return `<h3>${capped(group.subject)}</h3>${htmlTable(changeTable(group, mostChanges))}${cut}`;
    })
    .join('');
}

/** The findings of a dry run. */
export function renderFindings(findings: readonly Finding[] = []): string {
  if (findings.length === 0) return '';
  const good = goodTable(findings);
  const fold = good.rows.length === 0 ? '' : folded(`Passed (${good.rows.length})`, htmlTable(good));
  return `<p>${capped(formatFindings(findings))}</p>${htmlTable(findingTable(findings))}${fold}`;
}

/** The steps of a dry run with their times, what they need, and the drift from service.json. */
export function renderPreview(plan: Plan, preview: Preview): string {
  return htmlTable(timeTable(plan, preview)) + htmlSection(needsSection(preview)) + htmlSection(driftSection(preview));
}
