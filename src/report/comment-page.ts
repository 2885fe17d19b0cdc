import type { Progress, Report } from '../model/report.ts';
import { linksFor } from './console-links.ts';
import { code, markdown, markdownLines } from './escape.ts';
import { clockTime } from './evidence.ts';
import { evidenceLogs, evidenceTables } from './evidence-tables.ts';
import { headingOf } from './headline.ts';
import { aboutOf, nextStep } from './messages.ts';
import { type Part, putTogether } from './page.ts';
import { planParts, renderChanges } from './plan-page.ts';
import { renderRehearsal } from './rehearsal.ts';
import {
  folded,
  renderCause,
  renderFacts,
  renderLeftovers,
  renderNotes,
  renderPhases,
  serviceEvents,
} from './summary.ts';
import { renderTimeline } from './timeline.ts';

/** GitHub takes 65,536 characters; a byte is at most one. */
const mostBytes = 65_000;

/** What stands around every comment. */
export interface Frame {
  /** The first line, by which it is found again. */
  readonly marker: string;
  /** Where the job summary and the log are. */
  readonly run?: string;
  readonly environment?: string;
  /** When it is written. */
  readonly at: number;
}

/** A comment that says how a run ended, the most important first; `more` stands under it. */
export function renderEnd(report: Report, frame: Frame, more = ''): string {
  const { outcome, plan, rehearsal } = report;
  const heading = `### ${markdown(headingOf(report))}`;
  if (rehearsal !== undefined) return inFrame([heading, renderRehearsal(rehearsal)], frame);
  const dry = outcome.is === 'planned';
  const next = nextStep(outcome, report);
  const links = report.place === undefined ? undefined : linksFor(report.place);
  const { cause } = outcome;
  const details = [
    cause === undefined ? '' : evidenceTables(cause.evidence, cause.because, links).join('\n\n'),
    report.place === undefined ? '' : renderFacts(report, links),
    ...(plan === undefined ? [] : [renderChanges(plan), renderNotes(plan, dry, report.events), renderPhases(report)]),
    renderTimeline(report),
  ];
  const place = report.place === undefined ? '' : renderFacts(report, links);
  return inFrame(
    [
      heading,
      renderCause(outcome, aboutOf(report)),
      next === '' ? '' : `**What to do next:** ${markdownLines(next)}`,
      ...(cause === undefined ? [] : evidenceLogs(cause.evidence, links)),
      renderLeftovers(outcome.leftovers),
      more,
      ...(dry
        ? [
            ...(plan === undefined ? [] : [...planParts(plan), renderNotes(plan, dry, report.events)]),
            folded('Facts', [place]),
          ]
        : [folded('Details', details)]),
      { title: 'Events of the service', table: serviceEvents(report) },
    ],
    frame,
  );
}

/** A comment that says how far a run is. */
export function renderProgress(progress: Progress, frame: Frame): string {
  const { plan } = progress;
  const links = progress.place === undefined ? undefined : linksFor(progress.place);
  return inFrame(
    [
      `### ${markdown(howFar(progress))}`,
      renderPhases(progress, 'under way'),
      progress.place === undefined ? '' : renderFacts(progress, links),
      plan === undefined ? '' : renderChanges(plan),
      plan === undefined ? '' : renderNotes(plan, false, progress.events),
    ],
    frame,
  );
}

function howFar(progress: Progress): string {
  const { phases, events } = progress;
  const { service } = aboutOf(progress);
  const begin = `Under way: ${progress.command} of ${service ?? 'the service'}.`;
  if (phases.some(({ is }) => is === 'failed' || is === 'stopped')) {
    const back = events.findLast((event) => event.kind === 'undo');
    return `${begin} It failed, and things are put back${back === undefined ? '' : `: ${back.undo.title}`}`;
  }
  const step = phases.findLastIndex(({ is }) => is !== 'not-begun');
  const phase = phases[step];
  return phase === undefined
    ? `${begin} It is about to begin`
    : `${begin} Step ${step + 1} of ${phases.length}: ${phase.title}`;
}

function inFrame(parts: readonly Part[], { marker, run, environment, at }: Frame): string {
  const link = (text: string): string =>
    run === undefined ? text : `[${text}](${run.replaceAll('(', '%28').replaceAll(')', '%29')})`;
  const last = [
    'ECS Canary Rollout',
    link('Job summary, log and report'),
    ...(environment === undefined ? [] : [`environment ${code(environment)}`]),
    `as of ${clockTime(at)}`,
  ].join(' · ');
  const cut = `_There was no room for all of it here; ${link('the job summary')} has it._`;
  const room = mostBytes - Buffer.byteLength(`${marker}${last}${cut}`) - 20;
  const whole = putTogether(parts, Number.MAX_SAFE_INTEGER);
  const fits = Buffer.byteLength(whole) <= room;
  return [marker, ...(fits ? [whole] : [putTogether(parts, room), cut]), last].join('\n\n');
}
