import { showDuration } from '../../model/duration.ts';
import type { TimedEvent } from '../../model/event.ts';
import type { Progress } from '../../model/report.ts';
import type { Verdict } from '../../model/verdict.ts';
import { gateKey, gateLabel } from '../gate-labels.ts';
import { clockTime, count, list } from '../texts.ts';
import { harmlessLines } from './evidence.ts';
import type { Table } from './table.ts';

/** The kind of thing that a row or a mark shows; it decides the colour. */
export type Tone = 'pass' | 'wait' | 'fail' | 'act' | 'undo' | 'plain';

/** One event, as a row of a table. */
export interface EventRow {
  /** Users filter by it. */
  readonly kind: 'step' | 'gate' | 'undo' | 'service' | 'log' | 'call' | 'note';
  readonly what: string;
  readonly is: string;
  readonly tone: Tone;
  readonly more: string;
  /** Whether users look for it when something went wrong. */
  readonly wrong: boolean;
}

/** Longer lines of a log are only in the JSON report. */
const longestLine = 600;

const endTones: Readonly<Record<string, Tone>> = { done: 'pass', failed: 'fail', stopped: 'wait', begun: 'plain' };
const undoTones: Readonly<Record<string, Tone>> = { verified: 'pass', failed: 'fail', begun: 'plain', asked: 'undo' };

/** The tone of a verdict. */
export const toneOf = ({ is }: Verdict): Tone => (is === 'inconclusive' ? 'wait' : is);

/** An event as a row; `titles` are the titles of the plan's steps. */
export function eventRow(event: TimedEvent, titles: readonly string[]): EventRow {
  const row = (
    kind: EventRow['kind'],
    what: string,
    is: string,
    tone: Tone,
    more: string,
    wrong = tone === 'fail',
  ) => ({ kind, what, is, tone, more, wrong });
  switch (event.kind) {
    case 'planned':
      return row('note', 'plan', count(event.plan.steps.length, 'step'), 'plain', event.plan.title);
    case 'step': {
      const { index, is, because = '' } = event;
      return row('step', `${index + 1} ${titles[index] ?? ''}`, is, endTones[is] ?? 'plain', because);
    }
    case 'verdict': {
      const { is, because, next } = event.verdict;
      return row(
        'gate',
        gateLabel(gateKey(event)),
        is,
        toneOf(event.verdict),
        list([because, next && `Next: ${next}`], ' '),
      );
    }
    case 'waiting': {
      const { since, left, verdicts } = event;
      const more = verdicts.map((one) => `${gateLabel(gateKey(one))}: ${one.verdict.because}`).join('; ');
      return row('note', 'still waiting', `since ${showDuration(since)}, ${showDuration(left)} left`, 'wait', more);
    }
    case 'tasks': {
      const { ours, others, desired } = event;
      const tone = ours >= desired ? 'pass' : 'wait';
      return row('service', 'tasks that run', `${ours} of ${desired}`, tone, `and ${others} of other versions`);
    }
    case 'container-log': {
      const { container, lines, note } = event;
      const more = note ?? lines.flatMap((line) => harmlessLines(line, longestLine)).join('\n');
      return row('log', `log of ${container}`, count(lines.length, 'line'), 'plain', more);
    }
    case 'task-ended': {
      const codes = event.task.containers.map(({ name, exitCode }) => `${name} ${exitCode ?? 'none'}`);
      return row('note', `${event.name} ended`, 'exit codes', 'plain', codes.join(', '));
    }
    case 'service-event':
      return row('service', 'event of the service', '', 'plain', event.message);
    case 'retry':
      return row('call', event.operation, `again in ${showDuration(event.after)}`, 'wait', event.because, true);
    case 'call': {
      const { operation, took, error } = event;
      const is = `${error === undefined ? '' : 'failed '}${Math.round(took)} ms`;
      return row('call', operation, is, error === undefined ? 'plain' : 'fail', error ?? '');
    }
    case 'fact':
      return row('note', event.name, 'known', 'plain', event.value);
    case 'undo':
      return row('undo', event.undo.title, event.is, undoTones[event.is] ?? 'plain', event.because ?? '');
    case 'notice':
      return row('note', 'notice', '', 'plain', event.message);
    case 'warning':
      return row('note', 'warning', '', 'wait', event.message, true);
    case 'ended': {
      const { is, cause } = event.outcome;
      const tone = is === 'succeeded' || is === 'planned' ? 'pass' : 'fail';
      return row('note', 'ended', is, tone, cause?.because ?? '');
    }
  }
}

/** What ECS said about the service during the run. */
export function serviceEventTable({ events }: Pick<Progress, 'events'>): Table {
  const mine = events.filter((event) => event.kind === 'service-event');
  return { columns: ['UTC', 'Event'], rows: mine.map(({ happened, message }) => [clockTime(happened), message]) };
}

/** The verdicts of the gates. */
export function verdictTable({ events, startedAt }: Pick<Progress, 'events' | 'startedAt'>): Table {
  const rows = events
    .filter((event) => event.kind === 'verdict')
    .map((event) => [
      `+${showDuration(event.at - startedAt)}`,
      gateLabel(gateKey(event)),
      event.verdict.is,
      event.verdict.because,
    ]);
  return { columns: ['After', 'Check', 'Answer', 'Because'], rows };
}

/** The events of each undo, in order. */
export function undoEvents<E extends TimedEvent>(events: readonly E[]): readonly Extract<E, { kind: 'undo' }>[][] {
  const undos = events.filter((event): event is Extract<E, { kind: 'undo' }> => event.kind === 'undo');
  return [...Map.groupBy(undos, ({ undo }) => `${undo.kind} ${undo.title} ${undo.byHand}`).values()];
}
