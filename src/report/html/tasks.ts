import type { Evidence } from '../../model/verdict.ts';
import type { Tone } from '../tables/events.ts';
import { count, shortName } from '../texts.ts';
import { type Lane, type Mark, momentOf, type Numbered, only } from './marks.ts';

/** The state of a task at a moment. */
interface Sight {
  readonly task: string;
  readonly at: number;
  readonly state: string;
  readonly tone: Tone;
  readonly event: number;
  /** The task is gone: no state follows. */
  readonly last?: true;
}

/** More lanes would repeat the same. */
const mostTasks = 12;

/** A lane for the canary, and one for each other task that was seen. */
export function taskLanes(events: readonly Numbered[], end: number): readonly Lane[] {
  const canaries = new Set(
    only(events, 'fact').flatMap((e) => (e.name === 'canary-task-arn' ? [shortName(e.value)] : [])),
  );
  const sights = Map.groupBy([...canarySights(events), ...otherSights(events)], ({ task }) => task);
  const lanes = [...sights]
    .map(([task, seen]) => ({ task, seen: seen.toSorted((a, b) => a.at - b.at || a.event - b.event) }))
    .sort((a, b) => Number(canaries.has(b.task)) - Number(canaries.has(a.task)));
  const shown = lanes.slice(0, mostTasks).map(({ task, seen }) => taskLane(task, seen, canaries.has(task), end));
  const more = lanes.slice(mostTasks).flatMap(({ seen }) => seen.map((sight) => markOf(sight, sight.at)));
  if (more.length === 0) return shown;
  return [
    ...shown,
    { group: 'Tasks', name: `${count(lanes.length - mostTasks, 'other task')}`, as: 'dots', marks: more },
  ];
}

/** A state holds until the next one; the last state of a canary until the end, because only this run stops it. */
function taskLane(task: string, seen: readonly Sight[], canary: boolean, end: number): Lane {
  const changes = seen.filter((sight, i) => i === 0 || sight.state !== seen[i - 1]?.state);
  const marks = changes.map((sight, i) => {
    const until = changes[i + 1]?.at ?? (canary && !sight.last ? end : sight.at);
    return markOf(sight, until);
  });
  const last = changes.at(-1);
  const ended = last === undefined ? {} : { end: last.state, tone: last.tone };
  return { group: 'Tasks', name: `${canary ? 'canary' : 'task'} ${task.slice(0, 12)}`, as: 'bars', marks, ...ended };
}

const markOf = ({ at, state, tone, event }: Sight, to: number): Mark => ({ from: at, to, tone, label: state, event });

/** Verdicts on the canary are about the task that was started last. */
function canarySights(events: readonly Numbered[]): readonly Sight[] {
  const sights: Sight[] = [];
  let task = '';
  for (const event of events) {
    const { at, id } = event;
    const see = (state: string, tone: Tone, more: Partial<Sight> = {}) =>
      sights.push({ task, at, state, tone, event: id, ...more });
    if (event.kind === 'fact' && event.name === 'canary-task-arn') {
      task = shortName(event.value);
      see('requested', 'wait');
    }
    if (task === '') continue;
    if (event.kind === 'verdict' && event.gate === 'tasks-running' && event.verdict.is === 'pass')
      see('RUNNING', 'pass');
    if (event.kind === 'verdict' && event.gate === 'tasks-stopped' && event.verdict.is === 'pass')
      see('gone', 'plain', { last: true });
    if (event.kind === 'undo' && event.undo.kind === 'stop-tasks' && !event.undo.oneOff && event.is === 'asked')
      see('asked to stop', 'undo');
  }
  return sights;
}

/** States of tasks in the evidence, and in the service events of ECS. */
function otherSights(events: readonly Numbered[]): readonly Sight[] {
  const evidence = only(events, 'verdict').flatMap(({ at, id, verdict }) =>
    (verdict.evidence ?? []).flatMap((one) => (one.kind === 'task' ? [sightOf(one, at, id)] : [])),
  );
  const mentions = only(events, 'service-event').flatMap((event) =>
    // As ECS writes it: `(service web) has started 2 tasks: (task 9d0a…) (task b14a…).`
    Array.from(event.message.matchAll(/\(task ([\w-]{4,64})\)/g), ([, task = '']): Sight => {
      const state = /has (started|stopped)/.exec(event.message)?.[1] ?? 'mentioned';
      return { task, at: momentOf(event), state, tone: state === 'started' ? 'wait' : 'plain', event: event.id };
    }),
  );
  return [...evidence, ...mentions];
}

function sightOf({ task, status, containers }: Extract<Evidence, { kind: 'task' }>, at: number, event: number): Sight {
  const exit = containers.find(({ exitCode }) => exitCode !== undefined)?.exitCode;
  const over = /^(STOPP|DEACTIV|DEPROV|DELET)/.test(status);
  const tone = over ? (exit === 0 || exit === undefined ? 'plain' : 'fail') : status === 'RUNNING' ? 'pass' : 'wait';
  const state = exit === undefined ? status : `${status}, exit code ${exit}`;
  return { task: shortName(task), at, state, tone, event };
}
