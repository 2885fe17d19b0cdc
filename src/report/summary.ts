import { showDuration } from '../model/duration.ts';
import type { TimedEvent } from '../model/event.ts';
import type { Cause, Leftover, Outcome } from '../model/outcome.ts';
import { mostBytes } from '../model/output.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Phase, Progress, Report } from '../model/report.ts';
import { type Links, linksFor } from './console-links.ts';
import { code, codeBlock, markdown, markdownLines } from './escape.ts';
import { clockTime } from './evidence.ts';
import { evidenceLogs, evidenceTables, markdownCell } from './evidence-tables.ts';
import { factsOf } from './facts.ts';
import { gateLabel } from './gate-labels.ts';
import { headingOf } from './headline.ts';
import { type About, aboutOf, formatStopped, nextStep, wordForEnd } from './messages.ts';
import { type Part, putTogether, type Table, table } from './page.ts';
import { planParts, renderChanges } from './plan-page.ts';
import { renderRehearsal } from './rehearsal.ts';
import { renderTasksChart } from './tasks-chart.ts';
import { renderTimeline } from './timeline.ts';

/** Less, because what GitHub masks in it can become longer. */
const usual = mostBytes - 16 * 1024;

/** The job summary of a run, as GitHub's Markdown, in at most `maxBytes`. */
export function renderSummary(report: Report, options: { readonly maxBytes?: number } = {}): string {
  const { outcome, plan, place } = report;
  const about = aboutOf(report);
  const dry = outcome.is === 'planned';
  const next = nextStep(outcome, about);
  const links = place === undefined ? undefined : linksFor(place);
  const { cause } = outcome;
  const parts: readonly Part[] = [
    `## ${markdown(headingOf(report))}`,
    cause === undefined ? '' : renderCause(outcome, about),
    next === '' ? '' : `**What to do next:** ${markdownLines(next)}`,
    ...(cause === undefined ? [] : evidenceLogs(cause.evidence, links)),
    renderLeftovers(outcome.leftovers),
    ...(cause === undefined ? renderEnded(report, links) : [renderEvidence(cause, links)]),
    ...(dry ? [] : [renderFacts(report, links)]),
    ...(plan === undefined
      ? []
      : [...(dry ? planParts(plan) : [renderChanges(plan)]), renderNotes(plan, dry, report.events)]),
    ...(dry ? [renderFacts(report, links)] : []),
    ...(dry ? [] : renderWay(report)),
    { title: 'Events of the service', table: serviceEvents(report) },
    { title: 'Checks', table: verdicts(report) },
  ];
  return putTogether(parts, options.maxBytes ?? usual);
}

/** The summary of a rehearsal: the verdict, the drills, and `first`, the first of them. */
export function renderRehearsalPage(report: Report, first: Report): string {
  const { rehearsal } = report;
  const drills = rehearsal === undefined ? '' : renderRehearsal(rehearsal);
  const drill = renderDrill(first);
  const parts = first.outcome.cause === undefined ? [drills, drill] : [drill, drills];
  return putTogether([`## ${markdown(headingOf(report))}`, ...parts], usual);
}

/** One drill: no links, because what it names is in no account. */
function renderDrill(report: Report): string {
  const { outcome, plan } = report;
  const { cause } = outcome;
  const steps = [plan === undefined ? '' : renderChanges(plan), renderPhases(report), renderTimeline(report)];
  if (cause === undefined) return folded('The first drill, step by step', steps);
  const next = nextStep(outcome, { command: 'rehearse' });
  return [
    renderCause(outcome, aboutOf(report)),
    next === '' ? '' : `**What to do next:** ${markdownLines(next)}`,
    ...renderEvidence(cause, undefined),
    folded('The drill, step by step', steps),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Parts of a page that are folded away. */
export function folded(title: string, parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('\n\n');
  return text === '' ? '' : `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

/** How it went, step by step; who reads that all is well need not see it. */
function renderWay(report: Report): readonly string[] {
  const parts = [renderPhases(report), renderTimeline(report), renderTasksChart(report)];
  return report.outcome.is === 'succeeded' ? [folded('Steps and timeline', parts)] : parts;
}

/** What `post` has put back, to stand under the summary of the main phase. */
export function renderPostSummary(post: {
  readonly done: readonly string[];
  readonly leftovers: readonly Leftover[];
}): string {
  const { done, leftovers } = post;
  const title =
    leftovers.length === 0 ? 'Being put back after the job' : 'Not everything could be put back after the job';
  const nothing = done.length === 0 && leftovers.length === 0 ? 'There was nothing left to put back.' : '';
  const list = done.map((what) => `- ${markdown(what)}`).join('\n');
  return putTogether([`## ${title}`, nothing, list, renderLeftovers(leftovers)], usual);
}

/** What failed, why, and what is most likely behind it. */
export function renderCause(outcome: Outcome, about: About): string {
  if (outcome.cause === undefined) return '';
  const { because, probably, at } = outcome.cause;
  const why = markdownLines(because)
    .split('<br>')
    .map((line) => `> ${line}`)
    .join('<br>\n');
  const likely = probably === undefined ? [] : [`**Probable cause:** ${markdownLines(probably)}`];
  const where = at === undefined ? [] : [`**Where:** ${code(`${at.file}:${at.line}`)}`];
  return [`**${markdown(formatStopped(outcome, about))}**`, why, ...likely, ...where].join('\n\n');
}

/** What was seen; the logs are parts of their own, so that one for which there is no room takes nothing with it. */
export function renderEvidence({ because, evidence }: Cause, links: Links | undefined): string {
  return evidenceTables(evidence, because, links).join('\n\n');
}

/** How one-off tasks ended that were good, with the last of what they wrote. */
function renderEnded({ events }: Report, links: Links | undefined): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'task-ended') return [];
    const table = evidenceTables([event.task], '', links).join('\n\n');
    return [`### One-off task ${markdown(event.name)}`, table, ...evidenceLogs(event.logs, links)];
  });
}

/** What a person has to put back, with the commands. */
export function renderLeftovers(leftovers: readonly Leftover[]): string {
  if (leftovers.length === 0) return '';
  const items = leftovers.map(({ what, because, byHand }) =>
    [
      `**${markdown(what)}**: ${markdownLines(because)}`,
      ...(byHand === undefined ? [] : [codeBlock(byHand, 'sh')]),
    ].join('\n\n'),
  );
  return ['### Left over, to be put back by hand', ...items].join('\n\n');
}

/** Where, what and for how long, as a table. */
export function renderFacts(report: Progress, links: Links | undefined): string {
  // A table of Markdown needs a head: its first row is one.
  const [head = [], ...rows] = factsOf(report, links).map(([label, cell]) => [label, markdownCell(cell)]);
  return table({ head, rows });
}

/** What a person should know of a plan. */
export function renderNotes(
  { notes, warnings = [], preview }: Plan,
  dry: boolean,
  events: readonly TimedEvent[] = [],
): string {
  const later = events.flatMap((event) => (event.kind === 'warning' ? event.message : []));
  // A dry run has the warnings among its findings.
  const shown = preview === undefined ? warnings : [];
  const added = [...new Set(later)].filter((message) => !warnings.includes(message));
  const known = [...shown, ...added, ...notes].map((note) => `- ${markdown(note)}`);
  return known.length === 0 ? '' : [dry ? '### To know before' : '### To know', known.join('\n')].join('\n\n');
}

/** How each step went, as far as it went; `begun` is what one that has not ended is called. */
export function renderPhases({ phases }: Progress, begun = wordForEnd('check', 'begun')): string {
  if (phases.length === 0) return '';
  const word = (kind: Step['kind'], is: Phase['is']): string => (is === 'begun' ? begun : wordForEnd(kind, is));
  const rows = phases.map(({ title, kind, is, took }, index) => [
    String(index + 1),
    markdown(title),
    is === 'failed' ? `**${word(kind, is)}**` : word(kind, is),
    took === undefined || kind === 'retire' ? '' : showDuration(took),
  ]);
  return ['### Steps', table({ head: ['', 'Step', 'Result', 'Took'], rows })].join('\n\n');
}

/** What ECS said of the service on the way. */
export function serviceEvents({ events }: Progress): Table {
  const mine = events.filter((event) => event.kind === 'service-event');
  return {
    head: ['UTC', 'Event'],
    rows: mine.map(({ happened, message }) => [clockTime(happened), markdown(message)]),
  };
}

function verdicts({ events, startedAt }: Report): Table {
  const mine = events.filter((event): event is Extract<TimedEvent, { kind: 'verdict' }> => event.kind === 'verdict');
  const rows = mine.map(({ at, gate, verdict }) => [
    `+${showDuration(at - startedAt)}`,
    markdown(gateLabel(gate)),
    verdict.is,
    markdown(verdict.because),
  ]);
  return { head: ['After', 'Check', 'Answer', 'Because'], rows };
}
