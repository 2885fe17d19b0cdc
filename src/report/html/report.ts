import { createHash } from 'node:crypto';
import { isGood, type Leftover, type Outcome } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import type { Rehearsal } from '../../model/rehearsal.ts';
import type { Report } from '../../model/report.ts';
import type { Evidence } from '../../model/verdict.ts';
import { type Links, linksFor } from '../console-links.ts';
import { html, scriptJson } from '../escape.ts';
import { aboutOf, formatStopped, hasProblems, headlineOf, leftoverTitle, nextStep } from '../messages.ts';
import { drillTable, formatRehearsal, notChecked, policyOf, policyTitle } from '../tables/drills.ts';
import type { Tone } from '../tables/events.ts';
import { evidenceTables, logBlocks } from '../tables/evidence.ts';
import { factsOf } from '../tables/facts.ts';
import { stepTable } from '../tables/steps.ts';
import { reportName, type WrittenReport } from '../written-report.ts';
import { script, style } from './assets.ts';
import { renderEvents } from './events.ts';
import { renderChanges, renderFindings, renderPreview } from './plan.ts';
import { capped, copyable, folded, htmlCell, htmlSection, htmlTable, section } from './text.ts';
import { renderLanes } from './timeline.ts';

/** The HTML report of a run that has been masked. */
export function htmlReportOf(report: WrittenReport): string {
  const { place, rehearsal } = report;
  // The resources of a rehearsal are in no real account.
  const links = place === undefined || rehearsal !== undefined ? undefined : linksFor(place);
  return renderHtmlReport(report, links);
}

/**
 * A run as one page. It needs no network, and no script to be readable. The report must be masked already.
 */
export function renderHtmlReport(report: Report, links?: Links): string {
  const { outcome, plan, rehearsal } = report;
  const dry = outcome.is === 'planned';
  const timeline: Part = [
    'timeline',
    rehearsal === undefined
      ? dry
        ? 'Timeline of the dry run'
        : 'Timeline'
      : 'Timeline of the first drill, in virtual time',
    renderLanes(report),
  ];
  const findings: Part = ['findings', 'Findings', renderFindings(report.findings)];
  const changes: Part = ['changes', 'What changes', plan === undefined ? '' : renderChanges(plan)];
  const steps: Part = ['steps', 'Steps', plan === undefined ? '' : renderSteps(report, plan)];
  const parts: readonly Part[] = [
    ['cause', 'What happened', renderCause(report)],
    ['rehearsal', 'Drills', rehearsal === undefined ? '' : renderRehearsal(rehearsal)],
    // In a dry run, findings and changes matter more than the calls.
    ...(dry ? [findings, changes, steps] : []),
    ['leftovers', leftoverTitle, renderLeftovers(outcome.leftovers)],
    ['facts', 'Facts', renderFacts(report, links)],
    timeline,
    ['evidence', 'Evidence of the failure', renderEvidence(outcome.cause?.evidence ?? [], links)],
    ['one-off', 'One-off tasks', renderEnded(report, links)],
    ...(dry ? [] : [changes, steps]),
    ['events', 'All events', renderEvents(report)],
    ['json', 'The JSON report', renderJson(report)],
  ];
  return page(
    report,
    parts.filter(([, , content]) => content !== ''),
  );
}

/** A part of the page: its id for links, its heading, and its content. */
type Part = readonly [id: string, title: string, content: string];

const tones: Readonly<Record<Outcome['is'], Tone>> = {
  succeeded: 'pass',
  planned: 'act',
  rejected: 'wait',
  'rolled-back': 'wait',
  superseded: 'wait',
  cancelled: 'wait',
  'rollback-failed': 'fail',
  failed: 'fail',
};

function page(report: Report, parts: readonly Part[]): string {
  const { outcome, rehearsal } = report;
  const title = headlineOf(report);
  const tone = hasProblems(report) ? 'wait' : tones[outcome.is];
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const served = outcome.serviceIntact
    ? '<span class="pill pass">service intact</span>'
    : `<span class="pill ${isGood(outcome) ? 'act' : 'fail'}">service ${isGood(outcome) ? 'changed, as requested' : 'not intact'}</span>`;
  const intact = rehearsal === undefined ? served : '<span class="pill pass">nothing deployed</span>';
  const lead = `<p class="pills"><span class="pill ${tone}">${html(outcome.is)}</span>${intact}</p>`;
  const list = parts.map(([id, name]) => `<li><a href="#${id}">${html(name)}</a></li>`).join('');
  const body = parts.map(([id, name, content]) => section(id, name, content)).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
<header class="${tone}">
<p class="brand"><i></i>ECS Canary Rollout</p>
<h1>${capped(title, 400)}</h1>
${lead}
</header>
<nav aria-label="Parts of this page"><ul>${list}</ul></nav>
<main>
${body}
</main>
<div id="tip" role="tooltip" hidden></div>
<script>${script}</script>
</body>
</html>
`;
}

function renderCause(report: Report): string {
  const { outcome, command } = report;
  const { cause } = outcome;
  const next = nextStep(outcome, { command });
  const rows = [
    ...(cause === undefined
      ? []
      : [
          ['Where', capped(formatStopped(outcome, aboutOf(report)))],
          ['Why', `<span class="why">${capped(cause.because.trim())}</span>`],
          ...(cause.probably === undefined ? [] : [['Probable cause', `<strong>${capped(cause.probably)}</strong>`]]),
        ]),
    ...(next === '' ? [] : [['What to do next', `<span class="next">${capped(next)}</span>`]]),
  ];
  return definitions(rows);
}

const definitions = (rows: readonly (readonly string[])[], kind = ''): string =>
  rows.length === 0
    ? ''
    : `<dl class="${kind}">${rows.map(([term = '', text]) => `<div><dt>${html(term)}</dt><dd>${text}</dd></div>`).join('')}</dl>`;

const mostLeftovers = 100;

function renderLeftovers(leftovers: readonly Leftover[]): string {
  const items = leftovers.slice(0, mostLeftovers).map(({ what, because, byHand }) => {
    const command = byHand === undefined ? '' : copyable(byHand, `the command for ${what}`);
    return `<li><p><strong>${capped(what)}</strong>: ${capped(because)}</p>${command}</li>`;
  });
  const more = leftovers.length - items.length;
  if (items.length === 0) return '';
  return `<ul class="leftovers">${items.join('')}</ul>${more > 0 ? `<p class="cut">and ${more} more in the JSON report</p>` : ''}`;
}

function renderFacts(report: Report, links: Links | undefined): string {
  return definitions(
    factsOf(report, links).map(([label, cell]) => [label, htmlCell(cell)]),
    'facts',
  );
}

/** Evidence as tables, and the last lines of the containers' logs. */
function renderEvidence(evidence: readonly Evidence[], links: Links | undefined): string {
  const logs = logBlocks(evidence, links).map(({ container, extent, stream, lines }) => {
    const where = stream === undefined ? '' : `<p>${htmlCell(stream)}</p>`;
    const title = `Log of container <code>${capped(container, 200)}</code>: ${capped(extent)}`;
    if (lines.length === 0) return `<p>${title}</p>${where}`;
    return folded(title, `${where}${copyable(lines.join('\n'), `the log of ${container}`)}`, true);
  });
  return [...evidenceTables(evidence, '', links).map(htmlTable), ...logs].join('');
}

/** One-off tasks that succeeded; failed ones are shown with the cause. */
function renderEnded({ outcome, events }: Report, links: Links | undefined): string {
  if (outcome.cause !== undefined) return '';
  return events
    .flatMap((event) =>
      event.kind === 'task-ended'
        ? [`<h3>${capped(event.name, 200)}</h3>${renderEvidence([event.task, ...event.logs], links)}`]
        : [],
    )
    .join('');
}

function renderSteps(report: Report, plan: Plan): string {
  const { notes, warnings = [], title, preview } = plan;
  const columns = report.outcome.is === 'planned' ? (['Limit'] as const) : (['Result', 'Took', 'Limit'] as const);
  const known = [...warnings, ...notes];
  const steps = preview === undefined ? htmlTable(stepTable(report, columns)) : renderPreview(plan, preview);
  return `<p>${capped(title)}</p>${steps}${known.length === 0 ? '' : htmlSection({ title: 'Notes', list: known })}`;
}

function renderRehearsal(rehearsal: Rehearsal): string {
  const policy = folded(policyTitle, copyable(policyOf(rehearsal), 'the IAM policy'));
  return `<p>${capped(formatRehearsal(rehearsal))}</p>${htmlTable(drillTable(rehearsal))}<p>${html(notChecked)}</p>${policy}`;
}

/** A larger copy makes the page slow. */
const mostJson = 1_200_000;

/** The report as JSON. Of a report that is too large the least important parts are left out, and the page says so. */
function renderJson(report: Report): string {
  const versions: readonly (readonly [missing: string, report: Report])[] = [
    ['', report],
    ['the evidence of intermediate verdicts', { ...report, events: report.events.map(withoutEvidence) }],
    ['its events', { ...report, events: [] }],
    ['its events, its plan and its evidence', { ...withoutPlan(report), outcome: slim(report.outcome), events: [] }],
  ];
  let found = { missing: '', json: '{}' };
  for (const [missing, one] of versions) {
    found = { missing, json: scriptJson(one) };
    if (found.json.length <= mostJson) break;
  }
  const left = found.missing === '' ? '' : ` It is too large for this page: ${found.missing} are only in that file.`;
  const name = `${reportName(report)}.json`;
  return `<p>Everything on this page comes from the JSON report, <code>${html(name)}</code>, which was written next to this page and is embedded in it.${left}</p><p class="live"><button type="button" id="download" data-name="${html(name)}">Download the JSON</button></p><script type="application/json" id="report">${found.json}</script>`;
}

function withoutEvidence(event: Report['events'][number]): Report['events'][number] {
  if (event.kind !== 'verdict') return event;
  const { evidence: _, ...verdict } = event.verdict;
  return { ...event, verdict };
}

function withoutPlan({ plan: _, ...report }: Report): Report {
  return report;
}

function slim({ cause, leftovers, ...outcome }: Outcome): Outcome {
  return {
    ...outcome,
    ...(cause === undefined ? {} : { cause: { ...cause, evidence: [] } }),
    leftovers: leftovers.slice(0, mostLeftovers),
  };
}
