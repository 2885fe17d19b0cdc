import type { Progress, Report } from '../../model/report.ts';
import { linksFor } from '../console-links.ts';
import { code, markdown } from '../escape.ts';
import { aboutOf, headingOf } from '../messages.ts';
import { serviceEventTable } from '../tables/events.ts';
import { clockTime } from '../texts.ts';
import { renderEvidence, renderLogs } from './evidence.ts';
import { joinParts, type Part } from './page.ts';
import { planParts, renderChanges } from './plan.ts';
import { renderRehearsal } from './rehearsal.ts';
import { renderCause, renderFacts, renderLeftovers, renderNotes, renderPhases } from './summary.ts';
import { folded } from './tables.ts';
import { renderTimeline } from './timeline.ts';

/** GitHub takes 65,536 characters; a byte is at most one. */
const mostBytes = 65_000;

/** The first and last lines of every comment. */
export interface Frame {
  /** The first line, by which the comment is found again. */
  readonly marker: string;
  /** The page of the run, with the job summary and the log. */
  readonly run?: string;
  readonly environment?: string;
  /** When the comment is written. */
  readonly at: number;
}

/** The comment on how a run ended, the most important first; `more` is added under the leftovers. */
export function renderEnd(report: Report, frame: Frame, more = ''): string {
  const { outcome, plan, rehearsal, place, events } = report;
  const heading = `### ${markdown(headingOf(report))}`;
  if (rehearsal !== undefined) return inFrame([heading, renderRehearsal(rehearsal)], frame);
  const { cause } = outcome;
  const dry = outcome.is === 'planned';
  const links = place === undefined ? undefined : linksFor(place);
  const facts = place === undefined ? '' : renderFacts(report, links);
  const notes = renderNotes(plan, events);
  const details = [
    renderEvidence(cause?.evidence ?? [], cause?.because ?? '', links),
    facts,
    ...(plan === undefined ? [] : [renderChanges(plan), notes, renderPhases(report)]),
    renderTimeline(report),
  ];
  return inFrame(
    [
      heading,
      ...renderCause(outcome, aboutOf(report)),
      ...renderLogs(cause?.evidence ?? [], links),
      renderLeftovers(outcome.leftovers),
      more,
      ...(dry
        ? [...(plan === undefined ? [] : planParts(plan)), notes, folded('Facts', [facts])]
        : [folded('Details', details)]),
      { title: 'Events of the service', table: serviceEventTable(report) },
    ],
    frame,
  );
}

/** The comment on the progress of a run. */
export function renderProgress(progress: Progress, frame: Frame): string {
  const { plan, place, events } = progress;
  return inFrame(
    [
      `### ${markdown(formatProgress(progress))}`,
      renderPhases(progress, 'under way'),
      place === undefined ? '' : renderFacts(progress, linksFor(place)),
      ...(plan === undefined ? [] : [renderChanges(plan), renderNotes(plan, events)]),
    ],
    frame,
  );
}

function formatProgress(progress: Progress): string {
  const { phases, events } = progress;
  const begin = `Under way: ${progress.command} of ${aboutOf(progress).service ?? 'the service'}.`;
  if (phases.some(({ is }) => is === 'failed' || is === 'stopped')) {
    const last = events.findLast((event) => event.kind === 'undo');
    return `${begin} It failed and is being undone${last === undefined ? '' : `: ${last.undo.title}`}`;
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
  const cut = `_This comment is shortened: ${link('the job summary')} has everything._`;
  const room = mostBytes - Buffer.byteLength(`${marker}${last}${cut}`) - 20;
  const whole = joinParts(parts, Number.MAX_SAFE_INTEGER);
  const fits = Buffer.byteLength(whole) <= room;
  return [marker, ...(fits ? [whole] : [joinParts(parts, room), cut]), last].join('\n\n');
}
