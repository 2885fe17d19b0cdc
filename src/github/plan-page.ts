import type { Change } from '../core/change.ts';
import type { Plan } from '../core/plan.ts';
import type { Finding, Preview } from '../core/preview.ts';
import { type Group, groupsOf, labelOf, sayHidden, saySource } from './change-words.ts';
import { code, markdown } from './escape.ts';
import { type Part, table } from './page.ts';
import { findingWords, sayCapacity, sayFindings, sayLikely, sayLimit } from './preview-words.ts';
import { count, limitOf, sayValue } from './words.ts';

/** More rows than this are folded away, and of one group more than the second are cut: they say that nearly all is new. */
const most = { open: 15, rows: 60 };

/** A plan that is not carried out, as the parts of a page: what changes, what was found, the steps, what they need. */
export function planParts(plan: Plan): readonly Part[] {
  const { preview } = plan;
  if (preview === undefined) return [renderChanges(plan), renderPlan(plan)];
  return [
    `**Looked at before: ${markdown(sayFindings(preview.findings))}.**`,
    renderChanges(plan),
    renderFindings(preview),
    { title: 'As it should be', table: goodFindings(preview) },
    renderDrift(preview),
    renderPlan(plan),
    renderCapacity(preview),
  ];
}

/** What will be, or was, another thing than before, by what it belongs to. */
export function renderChanges({ changes }: Plan): string {
  if (changes.length === 0) return '';
  return ['### What changes', ...groupsOf(changes).map(renderGroup)].join('\n\n');
}

function renderGroup({ subject, changes }: Group): string {
  const title =
    subject.kind === 'container'
      ? `Container ${code(subject.name)}`
      : { task: 'Task', service: 'Service' }[subject.kind];
  const shown = changes.slice(0, most.rows);
  const rows = table({ head: ['', 'Now', 'New', 'From'], rows: shown.map(changeRow) });
  const more = changes.length > shown.length ? `\n\nand ${count(changes.length - shown.length, 'other change')}` : '';
  if (changes.length <= most.open) return `**${title}**\n\n${rows}`;
  return `<details><summary><b>${title}</b> (${count(changes.length, 'change')})</summary>\n\n${rows}${more}\n\n</details>`;
}

function changeRow(change: Change): readonly string[] {
  const hidden = sayHidden(change);
  const label = code(labelOf(change));
  const source = markdown(saySource(change));
  if (hidden !== undefined) return [label, '', `_${markdown(hidden)}_`, source];
  const after = change.kind === 'removed' ? '_removed_' : cell(change.after);
  return [label, cell(change.before), after, source];
}

const cell = (value: unknown): string => (value === undefined ? '' : code(sayValue(value)));

/** What is not as it should be, or cannot be told; the worst first. */
export function renderFindings({ findings }: Pick<Preview, 'findings'>): string {
  const bad = findings.filter(({ is }) => is !== 'ok');
  if (bad.length === 0) return '';
  const rows = bad.map(({ is, about, because, next = '' }) => [
    is === 'problem' ? `**${findingWords[is]}**` : findingWords[is],
    markdown(about),
    markdown(because),
    markdown(next),
  ]);
  return `### Findings\n\n${table({ head: ['', 'Looked at', 'Because', 'What to do'], rows })}`;
}

const goodFindings = ({
  findings,
}: Preview): { readonly head: readonly string[]; readonly rows: readonly string[][] } => ({
  head: ['Looked at', 'Because'],
  rows: findings
    .filter((one): one is Finding & { is: 'ok' } => one.is === 'ok')
    .map(({ about, because }) => [markdown(about), markdown(because)]),
});

/** What the live service does otherwise than service.json says, where that is not applied. */
export function renderDrift({ drift }: Pick<Preview, 'drift'>): string {
  if (drift.length === 0) return '';
  const rows = drift.map((change) => {
    const hidden = sayHidden(change);
    const values = hidden === undefined ? [cell(change.before), cell(change.after)] : ['', `_${markdown(hidden)}_`];
    return [code(labelOf(change)), ...values];
  });
  const why = 'The live service differs. Nothing of it is applied: `update-service` is false.';
  return ['### Differs from service.json', why, table({ head: ['', 'Live', 'service.json'], rows })].join('\n\n');
}

/** The steps of a plan that is not carried out, with how long they may take and are likely to. */
export function renderPlan({ steps, preview }: Plan): string {
  const title = `### ${count(steps.length, 'step')}`;
  if (preview === undefined) {
    const list = steps.map((step, index) => `${index + 1}. ${markdown(step.title)}${limitOf(step)}`);
    return [title, list.join('\n')].join('\n\n');
  }
  const rows = steps.map((step, index) => {
    const time = preview.times[index] ?? {};
    return [String(index + 1), markdown(step.title), sayLimit(time), sayLikely(time), markdown(time.because ?? '')];
  });
  const total = ['', '**Together**', sayLimit(preview.total), sayLikely(preview.total), 'without a way back'];
  return [title, table({ head: ['', 'Step', 'At most', 'Likely', 'Because'], rows: [...rows, total] })].join('\n\n');
}

/** What the rollout needs beside what runs. */
export function renderCapacity({ capacity }: Pick<Preview, 'capacity'>): string {
  return [
    '### What it needs',
    sayCapacity(capacity)
      .map((line) => `- ${markdown(line)}`)
      .join('\n'),
  ].join('\n\n');
}
