import { showDuration } from '../../model/duration.ts';
import type { TimedEvent } from '../../model/event.ts';
import type { Report } from '../../model/report.ts';
import { html } from '../escape.ts';
import { type EventRow, eventRow } from '../tables/events.ts';
import { clockTime, count } from '../texts.ts';
import { momentOf, type Numbered, numbered } from './marks.ts';
import { capped, fitting } from './text.ts';

/** More bytes of rows than these make the page slow. */
const mostBytes = 900_000;
/** Longer texts are only in the JSON report. */
const longest = 600;

const kinds = {
  step: 'Steps',
  gate: 'Checks',
  undo: 'Clean-up and undo',
  service: 'Service',
  log: 'Logs',
  call: 'API calls',
  note: 'Notes',
} as const;

/** Every event as a row of a table that can be filtered; nothing without events. */
export function renderEvents(report: Report): string {
  const events = numbered(report.events);
  const [first] = events;
  if (first === undefined) return '';
  const began = first.at - (first.kind === 'call' ? first.took : 0);
  let titles: readonly string[] = [];
  const rows = events.map((event) => {
    if (event.kind === 'planned') titles = event.plan.steps.map(({ title }) => title);
    return { event, text: row(event, began, titles) };
  });
  const { kept, dropped } = fitting(
    rows,
    ({ text }) => text.length,
    ({ event }) => rank(event),
    mostBytes,
  );
  const cut =
    dropped === 0
      ? ''
      : `<p class="cut">${count(dropped, 'event')} for which there is no room, calls that went well before all others, are in the JSON report only.</p>`;
  const heads = ['UTC', 'After', 'Kind', 'What', 'Result', 'Because'].map((name) => `<th scope="col">${name}</th>`);
  return `${filter(events)}${cut}<div class="events" tabindex="0" role="region" aria-label="All events"><table id="rows"><thead><tr>${heads.join('')}</tr></thead><tbody>${kept.map(({ text }) => text).join('')}</tbody></table></div>`;
}

/** Events of a lower rank are left out first if there is no room. */
function rank(event: TimedEvent): number {
  if (event.kind === 'call') return event.error === undefined ? 0 : 3;
  if (event.kind === 'waiting' || event.kind === 'container-log') return 1;
  if (event.kind === 'verdict') return event.verdict.is === 'fail' ? 3 : 2;
  return ['service-event', 'tasks', 'retry'].includes(event.kind) ? 2 : 3;
}

function row(event: Numbered, began: number, titles: readonly string[]): string {
  const { kind, what, is, tone, more, wrong } = eventRow(event, titles);
  const time = momentOf(event);
  const after = time < began ? `−${showDuration(began - time)}` : `+${showDuration(time - began)}`;
  return `<tr id="e${event.id}" class="${kind}${wrong ? ' wrong' : ''}"><td>${clockTime(time)}</td><td>${after}</td><td>${kind}</td><td>${capped(what, longest)}</td><td class="${tone}">${html(is)}</td><td>${capped(more, longest)}</td></tr>`;
}

function filter(events: readonly Numbered[]): string {
  const counts = Map.groupBy(events, (event) => eventRow(event, []).kind);
  const boxes = Object.entries(kinds).flatMap(([kind, name]) => {
    const n = counts.get(kind as EventRow['kind'])?.length ?? 0;
    if (n === 0) return [];
    return [`<label><input type="checkbox" name="kind" value="${kind}" checked> ${name} <small>${n}</small></label>`];
  });
  return `<form class="bar live" id="filter" role="search" aria-label="Filter the events"><input type="search" name="text" placeholder="Filter: a word, an id, an operation" aria-label="Text to filter by">${boxes.join('')}<label><input type="checkbox" name="wrong"> Only failures</label><output id="shown" aria-live="polite"></output></form>`;
}
