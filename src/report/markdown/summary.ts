import type { TimedEvent } from '../../model/event.ts';
import type { Leftover, Outcome } from '../../model/outcome.ts';
import { mostBytes } from '../../model/output.ts';
import type { Plan } from '../../model/plan.ts';
import type { Progress, Report } from '../../model/report.ts';
import { type Links, linksFor } from '../console-links.ts';
import { code, codeBlock, markdown, markdownLines } from '../escape.ts';
import { type About, aboutOf, formatStopped, headingOf, leftoverTitle, nextStep } from '../messages.ts';
import { serviceEventTable, verdictTable } from '../tables/events.ts';
import { factsOf } from '../tables/facts.ts';
import { stepTable } from '../tables/steps.ts';
import { renderEvidence, renderLogs } from './evidence.ts';
import { joinParts, type Part } from './page.ts';
import { planParts, renderChanges } from './plan.ts';
import { renderRehearsal } from './rehearsal.ts';
import { folded, markdownCell, markdownSection, markdownTable, paragraphs } from './tables.ts';
import { renderTasksChart } from './tasks-chart.ts';
import { renderTimeline } from './timeline.ts';

/** Less than GitHub takes, because the text can become longer when GitHub masks values in it. */
const usual = mostBytes - 16 * 1024;

/** The job summary of a run, as GitHub's Markdown, in at most `maxBytes`. */
export function renderSummary(report: Report, options: { readonly maxBytes?: number } = {}): string {
  const { outcome, plan, place, events } = report;
  const { cause } = outcome;
  const dry = outcome.is === 'planned';
  const links = place === undefined ? undefined : linksFor(place);
  const facts = renderFacts(report, links);
  const parts: readonly Part[] = [
    `## ${markdown(headingOf(report))}`,
    ...renderCause(outcome, aboutOf(report)),
    ...renderLogs(cause?.evidence ?? [], links),
    renderLeftovers(outcome.leftovers),
    ...(cause === undefined ? renderEnded(report, links) : [renderEvidence(cause.evidence, cause.because, links)]),
    ...(dry ? [] : [facts]),
    ...(plan === undefined ? [] : dry ? planParts(plan) : [renderChanges(plan)]),
    renderNotes(plan, events),
    ...(dry ? [facts] : renderProgress(report)),
    { title: 'Events of the service', table: serviceEventTable(report) },
    { title: 'Checks', table: verdictTable(report) },
  ];
  return joinParts(parts, options.maxBytes ?? usual);
}

/** The summary of a rehearsal: the result, the drills, and `first`, the first of them. */
export function renderRehearsalPage(report: Report, first: Report): string {
  const { rehearsal } = report;
  const drills = rehearsal === undefined ? '' : renderRehearsal(rehearsal);
  const drill = renderDrill(first);
  const parts = first.outcome.cause === undefined ? [drills, drill] : [drill, drills];
  return joinParts([`## ${markdown(headingOf(report))}`, ...parts], usual);
}

/** One drill; without links, because the account is not real. */
function renderDrill(report: Report): string {
  const { outcome, plan } = report;
  const { cause } = outcome;
  const steps = [plan === undefined ? '' : renderChanges(plan), renderPhases(report), renderTimeline(report)];
  if (cause === undefined) return folded('The first drill, step by step', steps);
  return paragraphs([
    ...renderCause(outcome, { ...aboutOf(report), command: 'rehearse' }),
    renderEvidence(cause.evidence, cause.because, undefined),
    folded('The drill, step by step', steps),
  ]);
}

/** The course of a run, step by step; folded when all is well. */
function renderProgress(report: Report): readonly string[] {
  const parts = [renderPhases(report), renderTimeline(report), renderTasksChart(report)];
  return report.outcome.is === 'succeeded' ? [folded('Steps and timeline', parts)] : parts;
}

/** What `post` asked to undo, to stand under the summary of the main phase. */
export function renderPostSummary(post: {
  readonly done: readonly string[];
  readonly leftovers: readonly Leftover[];
}): string {
  const { done, leftovers } = post;
  const title = leftovers.length === 0 ? 'Clean-up after the job' : 'Clean-up after the job is not complete';
  const nothing = done.length === 0 && leftovers.length === 0 ? 'There was nothing left to undo.' : '';
  const list = done.map((what) => `- ${markdown(what)}`).join('\n');
  return joinParts([`## ${title}`, nothing, list, renderLeftovers(leftovers)], usual);
}

/** What failed, why, the probable cause, and what to do next. */
export function renderCause(outcome: Outcome, about: About): readonly string[] {
  const next = nextStep(outcome, about);
  const advice = next === '' ? '' : `**What to do next:** ${markdownLines(next)}`;
  if (outcome.cause === undefined) return [advice];
  const { because, probably, at } = outcome.cause;
  const why = markdownLines(because)
    .split('<br>')
    .map((line) => `> ${line}`)
    .join('<br>\n');
  const cause = paragraphs([
    `**${markdown(formatStopped(outcome, about))}**`,
    why,
    probably === undefined ? '' : `**Probable cause:** ${markdownLines(probably)}`,
    at === undefined ? '' : `**Where:** ${code(`${at.file}:${at.line}`)}`,
  ]);
  return [cause, advice];
}

/** One-off tasks that succeeded, with the last lines of their logs. */
function renderEnded({ events }: Report, links: Links | undefined): readonly string[] {
  return events.flatMap((event) =>
    event.kind === 'task-ended'
      ? [
          `### One-off task ${markdown(event.name)}`,
          renderEvidence([event.task], '', links),
          ...renderLogs(event.logs, links),
        ]
      : [],
  );
}

/** What could not be undone, with the commands to do it by hand. */
export function renderLeftovers(leftovers: readonly Leftover[]): string {
  if (leftovers.length === 0) return '';
  const items = leftovers.map(({ what, because, byHand }) =>
    paragraphs([
      `**${markdown(what)}**: ${markdownLines(because)}`,
      byHand === undefined ? '' : codeBlock(byHand, 'sh'),
    ]),
  );
  return paragraphs([`### ${leftoverTitle}`, ...items]);
}

/** The facts of a run; Markdown needs a head of the table: the first fact. */
export function renderFacts(report: Progress, links: Links | undefined): string {
  const [head = ['', ''], ...rows] = factsOf(report, links);
  return markdownTable({ columns: [head[0], markdownCell(head[1])], rows });
}

/** What a person should know about a plan. */
export function renderNotes(plan: Plan | undefined, events: readonly TimedEvent[]): string {
  if (plan === undefined) return '';
  const { notes, warnings = [], preview } = plan;
  const later = events.flatMap((event) => (event.kind === 'warning' ? event.message : []));
  // A dry run has the warnings among its findings.
  const shown = preview === undefined ? warnings : [];
  const added = [...new Set(later)].filter((message) => !warnings.includes(message));
  return markdownSection({ title: 'Notes', list: [...shown, ...added, ...notes] });
}

/** The result of each step; `begun` is what a step that has not ended is called. */
export function renderPhases(report: Progress, begun?: string): string {
  if (report.phases.length === 0) return '';
  return markdownSection({ title: 'Steps', table: stepTable(report, ['Result', 'Took'], begun) });
}
