import type { Plan } from '../../model/plan.ts';
import type { Report } from '../../model/report.ts';
import { formatSubject, groupsOf } from '../change-words.ts';
import { count } from '../messages.ts';
import { changeGrid, driftGrid, findingGrid, goodGrid, timeGrid } from '../plan-grids.ts';
import { formatCapacity, formatFindings } from '../preview-words.ts';
import { capped, folded, htmlTable } from './text.ts';

const mostChanges = 500;

/** What changes, by what it belongs to. */
export function renderHtmlChanges({ changes }: Plan): string {
  return groupsOf(changes)
    .map((group) => {
      const more = group.changes.length - mostChanges;
      const cut = more > 0 ? `<p class="cut">and ${count(more, 'other change')} in the JSON report</p>` : '';
      return `<h3>${capped(formatSubject(group.subject))}</h3>${htmlTable(changeGrid(group, mostChanges))}${cut}`;
    })
    .join('');
}

/** What a dry run has found by looking. */
export function renderHtmlFindings({ findings = [] }: Report): string {
  if (findings.length === 0) return '';
  const [bad, good] = [findingGrid(findings), goodGrid(findings)];
  return [
    `<p>${capped(formatFindings(findings))}</p>`,
    bad.rows.length === 0 ? '' : htmlTable(bad),
    good.rows.length === 0 ? '' : folded(`As it should be (${good.rows.length})`, htmlTable(good)),
  ].join('');
}

/** The steps of a dry run with their times, what they need, and what stays as it is although service.json says otherwise. */
export function renderHtmlPreview(plan: Plan): string {
  const { preview } = plan;
  if (preview === undefined) return '';
  const { capacity, drift } = preview;
  const needs = formatCapacity(capacity).map((line) => `<li>${capped(line)}</li>`);
  const differs = `<h3>Differs from service.json</h3><p>Nothing of it is applied: update-service is false.</p>${htmlTable(driftGrid(preview))}`;
  return `${htmlTable(timeGrid(plan, preview))}<h3>What it needs</h3><ul>${needs.join('')}</ul>${drift.length === 0 ? '' : differs}`;
}
