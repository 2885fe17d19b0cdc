import { showDuration } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import type { Report } from '../../model/report.ts';
import type { Undo } from '../../model/undos.ts';
import type { Verdict } from '../../model/verdict.ts';
import { gateKey, gateKeys, gateLabel } from '../gate-labels.ts';
import { eventRow, type Tone, toneOf, undoEvents } from '../tables/events.ts';
import { wordForEnd } from '../tables/steps.ts';
import { list } from '../texts.ts';
import { type Lane, type Mark, momentOf, type Numbered, numbered, only } from './marks.ts';
import { taskLanes } from './tasks.ts';

/** A moment that divides the timeline into before and after. */
export interface Moment {
  readonly at: number;
  readonly label: string;
  readonly tone: Tone;
}

/** The events of a run, to scale. */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
  readonly moments: readonly Moment[];
}

/** The timeline of a run; nothing if there are too few events to draw. */
export function timelineOf(report: Report): Timeline | undefined {
  const events = numbered(report.events);
  const times = events.flatMap((event) => (event.kind === 'call' ? [event.at, event.at - event.took] : [event.at]));
  const from = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const to = times.reduce((a, b) => Math.max(a, b), 0);
  if (events.length < 3 || !(to > from)) return undefined;
  const steps = stepRuns(events, to);
  const lanes = [
    ...steps.map(stepLane),
    ...gateLanes(events, steps, to),
    ...undoLanes(events, to),
    ...countLanes(events, steps),
    ...taskLanes(events, to),
    ...dotLane('Service', 'events of the service', only(events, 'service-event')),
    ...callLanes(events),
    ...dotLane(
      'Notes',
      'facts, notices, warnings',
      events.filter((event) => eventRow(event, []).kind === 'note'),
    ),
  ];
  return { from, to, lanes, moments: steps.flatMap(momentsOf) };
}

/** One step of a plan and its result; `first` and `last` are the ids of its events. */
interface StepRun {
  readonly step: Step;
  readonly number: number;
  readonly is: 'begun' | 'done' | 'failed' | 'stopped' | 'not-begun';
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly because?: string;
}

/** The steps of every plan; steps that did not begin, only of the last plan. */
function stepRuns(events: readonly Numbered[], end: number): readonly StepRun[] {
  const plans = only(events, 'planned');
  return plans.flatMap(({ plan, id }, n) => {
    const mine = only(events.slice(id, plans[n + 1]?.id), 'step');
    const runs = plan.steps.map((step, index): StepRun => {
      const [begun, ended] = mine.filter((event) => event.index === index);
      const number = index + 1;
      const last = ended?.id ?? events.length;
      if (begun === undefined) return { step, number, is: 'not-begun', from: end, to: end, first: last, last };
      const because = ended?.because === undefined ? {} : { because: ended.because };
      const is = ended?.is ?? 'begun';
      return { step, number, is, from: begun.at, to: ended?.at ?? end, first: begun.id, last, ...because };
    });
    return n === plans.length - 1 ? runs : runs.filter(({ is }) => is !== 'not-begun');
  });
}

const toneOfStep = ({ is, step }: StepRun): Tone => {
  if (is === 'failed') return 'fail';
  if (is === 'stopped' || is === 'begun') return 'wait';
  return step.kind === 'check' || step.kind === 'bake' ? 'pass' : 'act';
};

function stepLane(run: StepRun): Lane {
  const { step, number, is, from, to, first, last, because } = run;
  const lane = { group: 'Steps', name: `${number} ${step.title}`, end: wordForEnd(step.kind, is), as: 'bars' as const };
  if (is === 'not-begun') return { ...lane, tone: 'plain', marks: [] };
  const took = step.kind === 'retire' ? '' : ` in ${showDuration(to - from)}`;
  const label = `${wordForEnd(step.kind, is)}${took}${because === undefined ? '' : `: ${because}`}`;
  const tone = toneOfStep(run);
  return { ...lane, tone, marks: [{ from, to, tone, label, event: is === 'begun' ? first : last }] };
}

/** The moments at which the service was updated or a step failed. */
function momentsOf({ step, is, to }: StepRun): readonly Moment[] {
  if ((step.kind === 'promote' || step.kind === 'start-service-deployment') && is === 'done')
    return [{ at: to, label: 'service updated', tone: 'act' }];
  if (is === 'failed') return [{ at: to, label: 'failed', tone: 'fail' }];
  return is === 'stopped' ? [{ at: to, label: 'stopped', tone: 'wait' }] : [];
}

/** A time in which gates were evaluated. */
interface Watch {
  readonly gates: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly until: number;
}

/** The verdicts of each gate: a verdict holds until the next one, or until the gate is no longer evaluated. */
function gateLanes(events: readonly Numbered[], steps: readonly StepRun[], end: number): readonly Lane[] {
  const watches = [...steps.flatMap(watchOfStep), ...undoRuns(events, end).flatMap(watchOfUndo)];
  const answers = Map.groupBy(only(events, 'verdict'), gateKey);
  return [...answers].map(([gate, mine]) => {
    const marks = mine.map(({ at, id, verdict }, i): Mark => {
      const watch = watches.findLast(({ gates, first, last }) => gates.includes(gate) && first <= id && id <= last);
      const next = mine[i + 1];
      const until = next !== undefined && next.id <= (watch?.last ?? next.id) ? next.at : (watch?.until ?? at);
      return { from: at, to: Math.max(at, until), tone: toneOf(verdict), label: verdict.because, event: id };
    });
    const last = mine.at(-1)?.verdict;
    return { group: 'Checks', name: gateLabel(gate), as: 'bars', marks, ...(last && endOfGate(last)) };
  });
}

const endOfGate = (verdict: Verdict) => ({ tone: toneOf(verdict), end: ends[verdict.is] });

const ends = { pass: 'passed', wait: 'waited', fail: 'failed', inconclusive: 'was inconclusive' } as const;

function watchOfStep({ step, first, last, to }: StepRun): readonly Watch[] {
  if (step.kind !== 'check' && step.kind !== 'bake') return [];
  return [{ gates: gateKeys(step), first, last, until: to }];
}

/** One undo, from `begun` to its last event. */
interface UndoRun {
  readonly undo: Undo;
  readonly heard: readonly Numbered<'undo'>[];
  readonly to: number;
  readonly ended: boolean;
}

function undoRuns(events: readonly Numbered[], end: number): readonly UndoRun[] {
  return undoEvents(events).flatMap((mine) => {
    const [first, last] = [mine[0], mine.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { undo } = first;
    const ended = last.is === 'verified' || last.is === 'failed' || (last.is === 'asked' && undo.verify === undefined);
    return [{ undo, heard: mine, to: ended ? last.at : end, ended }];
  });
}

function watchOfUndo({ undo, heard, to, ended }: UndoRun): readonly Watch[] {
  const last = ended ? (heard.at(-1)?.id ?? 0) : Number.POSITIVE_INFINITY;
  const gates = undo.verify === undefined ? [] : gateKeys(undo.verify);
  return [{ gates, first: heard[0]?.id ?? 0, last, until: to }];
}

/** The undos: each is requested, and then checked until it is done. */
function undoLanes(events: readonly Numbered[], end: number): readonly Lane[] {
  return undoRuns(events, end).map(({ undo, heard, to, ended }) => {
    const last = heard.at(-1);
    const end = ended ? last?.is : 'not observed to the end';
    const tone = last?.is === 'failed' ? 'fail' : ended ? 'pass' : 'wait';
    const marks = heard.flatMap(({ at, id, is, because }, i): readonly Mark[] => {
      const next = heard[i + 1];
      const words = {
        begun: 'being requested',
        asked: undo.verify === undefined ? 'requested' : 'requested, and checked until it is done',
        verified: 'verified',
        failed: `failed: ${because}`,
      };
      if (next === undefined && ended && heard.length > 1 && is !== 'failed') return [];
      const colour = is === 'failed' ? 'fail' : 'undo';
      return [{ from: at, to: next?.at ?? (ended ? at : to), tone: colour, label: words[is], event: id }];
    });
    return { group: 'Clean-up and undo', name: undo.title, as: 'bars', tone, marks, ...defined({ end }) };
  });
}

/** How many tasks of the service run the new version and how many another version, while they are counted. */
function countLanes(events: readonly Numbered[], steps: readonly StepRun[]): readonly Lane[] {
  const counts = only(events, 'tasks');
  if (counts.length === 0) return [];
  const lane = (name: string, mark: (count: Numbered<'tasks'>) => Pick<Mark, 'tone' | 'label'>): Lane => {
    const marks = counts.map((count, i) => {
      const step = steps.findLast(({ first, last }) => first <= count.id && count.id <= last);
      const to = Math.max(count.at, Math.min(counts[i + 1]?.at ?? Number.POSITIVE_INFINITY, step?.to ?? count.at));
      return { from: count.at, to, event: count.id, ...mark(count) };
    });
    const last = marks.at(-1);
    return { group: 'Tasks', name, as: 'bars', marks, ...(last && { end: last.label, tone: last.tone }) };
  };
  return [
    lane('of the new version', ({ ours, desired }) => ({
      label: `${ours} of ${desired}`,
      tone: ours >= desired ? 'pass' : 'wait',
    })),
    lane('of other versions', ({ others }) => ({ label: String(others), tone: 'plain' })),
  ];
}

/** A lane for each service of AWS; failed calls and the waits before retries stand out. */
function callLanes(events: readonly Numbered[]): readonly Lane[] {
  const calls = events.filter((event) => event.kind === 'call' || event.kind === 'retry');
  const services = Map.groupBy(calls, ({ operation }) => operation.split(':')[0] ?? '');
  return [...services].map(([name, mine]) => {
    const marks = mine.map((event): Mark => {
      const { what, is, tone, more } = eventRow(event, []);
      const [from, to] = event.kind === 'call' ? [-event.took, 0] : [0, event.after];
      const label = list([event.kind === 'call' ? what : `${what} ${is}`, more], ': ');
      return { from: event.at + from, to: event.at + to, tone, label, event: event.id };
    });
    const wrong = marks.filter(({ tone }) => tone === 'fail').length;
    const end = wrong === 0 ? `${marks.length}` : `${marks.length}, ${wrong} failed`;
    return { group: 'API calls', name, end, tone: wrong === 0 ? 'plain' : 'fail', as: 'ticks', marks };
  });
}

/** A lane of single moments; nothing without events. */
function dotLane(group: string, name: string, events: readonly Numbered[]): readonly Lane[] {
  const marks = events.map((event): Mark => {
    const { what, is, tone, more } = eventRow(event, []);
    const at = momentOf(event);
    const label = event.kind === 'service-event' ? more : `${what}: ${more || is}`;
    return { from: at, to: at, tone, label, event: event.id };
  });
  return marks.length === 0 ? [] : [{ group, name, as: 'dots', marks }];
}
