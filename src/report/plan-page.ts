import type { Plan } from '../model/plan.ts';
import type { Preview } from '../model/preview.ts';
import type { Grid } from './cell.ts';
import { type Group, groupsOf } from './change-words.ts';
import { code, markdown } from './escape.ts';
import { markdownCell } from './evidence-tables.ts';
import { count, limitOf } from './messages.ts';
import { type Part, type Table, table } from './page.ts';
import { changeGrid, driftGrid, findingGrid, goodGrid, timeGrid } from './plan-grids.ts';
import { formatCapacity, formatFindings } from './preview-words.ts';

/** More rows than this are folded away, and of one group more than the second are cut: they say that nearly all is new. */
const most = { open: 15, rows: 60 };

/** A plan that is not carried out, as the parts of a page: what was found, what changes, the steps, what they need. */
export function planParts(plan: Plan): readonly Part[] {
  const { preview } = plan;
  if (preview === undefined) return [renderChanges(plan), renderPlan(plan)];
  return [
    `**Looked at before: ${markdown(formatFindings(preview.findings))}.**`,
    renderFindings(preview),
    renderChanges(plan),
    { title: 'As it should be', table: cellsOf(goodGrid(preview.findings)) },
    renderDrift(preview),
    renderPlan(plan),
    renderCapacity(preview),
  ];
}

const cellsOf = ({ head, rows }: Grid): Table => ({ head, rows: rows.map((row) => row.map(markdownCell)) });
const tableOf = (grid: Grid): string => table(cellsOf(grid));

/** What will be, or was, another thing than before, by what it belongs to. */
export function renderChanges({ changes }: Plan): string {
  if (changes.length === 0) return '';
  return ['### What changes', ...groupsOf(changes).map(renderGroup)].join('\n\n');
}

function renderGroup(group: Group): string {
  const { subject, changes } = group;
  const title = subject.kind === 'container' ? `Container ${code(subject.name)}` : groupTitles[subject.kind];
  const rows = tableOf(changeGrid(group, most.rows));
  const more = changes.length > most.rows ? `\n\nand ${count(changes.length - most.rows, 'other change')}` : '';
  if (changes.length <= most.open) return `**${title}**\n\n${rows}`;
  return `<details><summary><b>${title}</b> (${count(changes.length, 'change')})</summary>\n\n${rows}${more}\n\n</details>`;
}

const groupTitles = { task: 'Task', service: 'Service' } as const;

/** What is not as it should be, or cannot be told; the worst first. */
export function renderFindings({ findings }: Pick<Preview, 'findings'>): string {
  const grid = findingGrid(findings);
  return grid.rows.length === 0 ? '' : `### Findings\n\n${tableOf(grid)}`;
}

/** What the live service does otherwise than service.json says, where that is not applied. */
export function renderDrift(preview: Pick<Preview, 'drift'>): string {
  if (preview.drift.length === 0) return '';
  const why = 'The live service differs. Nothing of it is applied: update-service is false.';
  return ['### Differs from service.json', why, tableOf(driftGrid(preview))].join('\n\n');
}

/** The steps of a plan that is not carried out, with how long they may take and are likely to. */
export function renderPlan(plan: Plan): string {
  const { steps, preview } = plan;
  const title = `### ${count(steps.length, 'step')}`;
  if (preview !== undefined) return [title, tableOf(timeGrid(plan, preview))].join('\n\n');
  const list = steps.map((step, index) => `${index + 1}. ${markdown(step.title)}${limitOf(step)}`);
  return [title, list.join('\n')].join('\n\n');
}

/** What the rollout needs beside what runs. */
export function renderCapacity({ capacity }: Pick<Preview, 'capacity'>): string {
  const lines = formatCapacity(capacity).map((line) => `- ${markdown(line)}`);
  return ['### What it needs', lines.join('\n')].join('\n\n');
}
