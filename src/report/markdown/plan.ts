import type { Plan } from '../../model/plan.ts';
import { code, markdown } from '../escape.ts';
import { type ChangeGroup, changeTable, groupsOf } from '../tables/changes.ts';
import { driftSection, findingTable, formatFindings, goodTable, needsSection, timeTable } from '../tables/plan.ts';
import { limitOf } from '../tables/steps.ts';
import { count, inBrackets } from '../texts.ts';
import type { Part } from './page.ts';
import { folded, markdownSection, markdownTable, paragraphs } from './tables.ts';

/** A group with more changes is folded, and cut after `rows`: then nearly everything is new. */
const most = { open: 15, rows: 60 };

/** A plan that is not executed, as the parts of a page: findings, changes, steps, and what they need. */
export function planParts(plan: Plan): readonly Part[] {
  const { preview } = plan;
  if (preview === undefined) return [renderChanges(plan), renderSteps(plan)];
  const { findings } = preview;
  return [
    `**Preflight: ${markdown(formatFindings(findings))}.**`,
    markdownSection({ title: 'Findings', table: findingTable(findings) }),
    renderChanges(plan),
    { title: 'Passed', table: goodTable(findings) },
    markdownSection(driftSection(preview)),
    renderSteps(plan),
    markdownSection(needsSection(preview)),
  ];
}

/** The changes of a plan, by container, task and service. */
export function renderChanges({ changes }: Plan): string {
  return changes.length === 0 ? '' : paragraphs(['### What changes', ...groupsOf(changes).map(renderGroup)]);
}

function renderGroup(group: ChangeGroup): string {
  const { subject, container, changes } = group;
  const title = container === undefined ? titles[subject] : `Container ${code(container)}`;
  const rows = markdownTable(changeTable(group, most.rows));
  if (changes.length <= most.open) return `**${title}**\n\n${rows}`;
  const more = changes.length > most.rows ? `and ${count(changes.length - most.rows, 'other change')}` : '';
  return folded(`<b>${title}</b> (${count(changes.length, 'change')})`, [rows, more]);
}

const titles: Readonly<Record<string, string>> = { task: 'Task', service: 'Service' };

function renderSteps(plan: Plan): string {
  const { steps, preview } = plan;
  const list = (): string =>
    steps.map((step, index) => `${index + 1}. ${markdown(step.title)}${inBrackets(limitOf(step))}`).join('\n');
  const content = preview === undefined ? list() : markdownTable(timeTable(plan, preview));
  return `### ${count(steps.length, 'step')}\n\n${content}`;
}
