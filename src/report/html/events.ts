import { showDuration } from '../../model/duration.ts';
import type { TimedEvent } from '../../model/event.ts';
import type { Report } from '../../model/report.ts';
import { html } from '../escape.ts';
import { clockTime, plainLines } from '../evidence.ts';
import { gateLabel } from '../gate-labels.ts';
import { count } from '../messages.ts';
import { momentOf, type Numbered, numbered, type Tone, toneOf } from './marks.ts';
import { capped, fitting } from './text.ts';

/** What a row says of an event. */
interface Told {
  /** What can be filtered by. */
  readonly kind: 'step' | 'gate' | 'undo' | 'service' | 'log' | 'call' | 'note';
  readonly what: string;
  readonly is: string;
  readonly tone: Tone;
  readonly more: string;
  /** It is one of those that a person looks for. */
  readonly wrong?: true;
}

/** More bytes of rows than these make the page slow. */
const mostBytes = 900_000;
/** More than this of one text is in the JSON report. */
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

/** Every event as a row of a table, which can be filtered; nothing when there is none. */
export function renderEvents({ events: told }: Report): string {
  const events = numbered(told);
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

/** What of a list without room is given up first. */
function rank(event: TimedEvent): number {
  if (event.kind === 'call') return event.error === undefined ? 0 : 3;
  if (event.kind === 'waiting' || event.kind === 'container-log') return 1;
  if (event.kind === 'verdict') return event.verdict.is === 'fail' ? 3 : 2;
  return ['service-event', 'tasks', 'retry'].includes(event.kind) ? 2 : 3;
}

function row(event: Numbered, began: number, titles: readonly string[]): string {
  const { kind, what, is, tone, more, wrong = tone === 'fail' } = tell(event, titles);
  const time = event.kind === 'service-event' ? momentOf(event) : event.at;
  const after = time < began ? `−${showDuration(began - time)}` : `+${showDuration(time - began)}`;
  return `<tr id="e${event.id}" class="${kind}${wrong ? ' wrong' : ''}"><td>${clockTime(time)}</td><td>${after}</td><td>${kind}</td><td>${capped(what, longest)}</td><td class="${tone}">${html(is)}</td><td>${capped(more, longest)}</td></tr>`;
}

function filter(events: readonly Numbered[]): string {
  const counts = Map.groupBy(events, (event) => tell(event, []).kind);
  const boxes = Object.entries(kinds).flatMap(([kind, name]) => {
    const n = counts.get(kind as Told['kind'])?.length ?? 0;
    if (n === 0) return [];
    return [`<label><input type="checkbox" name="kind" value="${kind}" checked> ${name} <small>${n}</small></label>`];
  });
  return `<form class="bar live" id="filter" role="search" aria-label="Filter the events"><input type="search" name="text" placeholder="Filter: a word, an id, an operation" aria-label="Text to filter by">${boxes.join('')}<label><input type="checkbox" name="wrong"> Only what went wrong</label><output id="shown" aria-live="polite"></output></form>`;
}

const endTones: Readonly<Record<string, Tone>> = { done: 'pass', failed: 'fail', stopped: 'wait', begun: 'plain' };
const undoTones: Readonly<Record<string, Tone>> = { verified: 'pass', failed: 'fail', begun: 'plain', asked: 'undo' };

function tell(event: TimedEvent, titles: readonly string[]): Told {
  switch (event.kind) {
    case 'planned': {
      const { title, steps } = event.plan;
      return { kind: 'note', what: 'plan', is: count(steps.length, 'step'), tone: 'plain', more: title };
    }
    case 'step': {
      const { index, is, because = '' } = event;
      const what = `${index + 1} ${titles[index] ?? ''}`;
      return { kind: 'step', what, is, tone: endTones[is] ?? 'plain', more: because };
    }
    case 'verdict': {
      const { is, because, next = '' } = event.verdict;
      return {
        kind: 'gate',
        what: gateLabel(event.gate),
        is,
        tone: toneOf(event.verdict),
        more: `${because}${next === '' ? '' : ` Next: ${next}`}`,
      };
    }
    case 'waiting': {
      const { since, left, verdicts } = event;
      const more = verdicts.map(({ gate, verdict }) => `${gateLabel(gate)}: ${verdict.because}`).join('; ');
      const is = `since ${showDuration(since)}, ${showDuration(left)} left`;
      return { kind: 'note', what: 'still waiting', is, tone: 'wait', more };
    }
    case 'tasks': {
      const { ours, others, desired } = event;
      const is = `${ours} of ${desired}`;
      const tone = ours >= desired ? 'pass' : 'wait';
      return { kind: 'service', what: 'tasks that run', is, tone, more: `and ${others} of other versions` };
    }
    case 'container-log': {
      const { container, lines, note } = event;
      const more = note ?? lines.flatMap((line) => plainLines(line, longest)).join('\n');
      return { kind: 'log', what: `log of ${container}`, is: count(lines.length, 'line'), tone: 'plain', more };
    }
    case 'task-ended': {
      const codes = event.task.containers.map(({ name, exitCode }) => `${name} ${exitCode ?? 'none'}`);
      return { kind: 'note', what: `${event.name} ended`, is: 'exit codes', tone: 'plain', more: codes.join(', ') };
    }
    case 'service-event':
      return { kind: 'service', what: 'event of the service', is: '', tone: 'plain', more: event.message };
    case 'retry':
      return {
        kind: 'call',
        what: event.operation,
        is: `again in ${showDuration(event.after)}`,
        tone: 'wait',
        more: event.because,
        wrong: true,
      };
    case 'call': {
      const { operation, took, error } = event;
      const is = `${error === undefined ? '' : 'failed '}${Math.round(took)} ms`;
      return { kind: 'call', what: operation, is, tone: error === undefined ? 'plain' : 'fail', more: error ?? '' };
    }
    case 'fact':
      return { kind: 'note', what: event.name, is: 'known', tone: 'plain', more: event.value };
    case 'undo': {
      const { undo, is, because = '' } = event;
      return { kind: 'undo', what: undo.title, is, tone: undoTones[is] ?? 'plain', more: because };
    }
    case 'notice':
      return { kind: 'note', what: 'notice', is: '', tone: 'plain', more: event.message };
    case 'warning':
      return { kind: 'note', what: 'warning', is: '', tone: 'wait', more: event.message, wrong: true };
    case 'ended': {
      const { is, cause } = event.outcome;
      const tone = is === 'succeeded' || is === 'planned' ? 'pass' : 'fail';
      return { kind: 'note', what: 'ended', is, tone, more: cause?.because ?? '' };
    }
  }
}
