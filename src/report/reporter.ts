import type { Clock } from '../model/clock.ts';
import type { Event, TimedEvent } from '../model/event.ts';
import { formatError } from '../model/failure.ts';
import { defined } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Place } from '../model/place.ts';
import type { Plan } from '../model/plan.ts';
import { type Mask, maskDeep } from '../model/redact.ts';
import type { Phase, Progress, Report } from '../model/report.ts';

/** Takes events, passes each to the renderers, and makes the Report from all of them. */
export interface Reporter {
  report(event: Event): void;
  /** Adds a renderer for the events from now on. */
  join(render: Renderer): void;
  soFar(): Progress;
  read(outcome: Outcome): Report;
}

/** Renders events as they come. */
export type Renderer = (event: TimedEvent) => void;

/** Creates a reporter. A renderer that throws is reported once and never fails the rollout. */
export function createReporter(
  about: { readonly command: string; readonly place?: Place },
  clock: Clock,
  render: Renderer,
): Reporter {
  const startedAt = clock.now();
  const events: TimedEvent[] = [];
  const trim = createTrimmer(events);
  const renderers: Renderer[] = [render];
  const broken = new Set<Renderer>();
  const report = (event: Event): void => {
    const timed: TimedEvent = { ...event, at: clock.now() };
    events.push(timed);
    trim.after(timed);
    for (const render of renderers) {
      try {
        render(timed);
      } catch (error) {
        if (broken.has(render)) continue;
        broken.add(render);
        report({ kind: 'warning', message: `the log is not complete: ${formatError(error)}` });
      }
    }
  };
  const soFar = (): Progress => {
    const plan = events.findLast((event) => event.kind === 'planned')?.plan;
    return {
      schema: 2,
      ...about,
      startedAt,
      finishedAt: clock.now(),
      facts: Object.fromEntries(events.flatMap((event) => (event.kind === 'fact' ? [[event.name, event.value]] : []))),
      ...defined({ plan }),
      ...(plan?.preview === undefined ? {} : { findings: plan.preview.findings }),
      phases: plan === undefined ? [] : phasesOf(plan, events),
      calls: countCalls(events),
      events,
      ...(trim.leftOut === 0 ? {} : { logLinesLeftOut: trim.leftOut }),
    };
  };
  const join = (one: Renderer): void => void renderers.push(one);
  return { report, join, soFar, read: (outcome) => ({ ...soFar(), outcome }) };
}

/** A reporter that masks every secret: renderers see only its events, and the report is made from them. */
export function maskReporter(reporter: Reporter, mask: Mask): Reporter {
  return {
    // Facts are ARNs, ids and an exit code from AWS, and become outputs.
    report: (event) => reporter.report(event.kind === 'fact' ? event : maskDeep(event, mask)),
    join: reporter.join,
    soFar: reporter.soFar,
    read: (outcome) => reporter.read(maskDeep(outcome, mask)),
  };
}

/** The most of the containers' logs that is kept, in characters. */
const mostLog = 256 * 1024;

/** Keeps the newest lines of the containers' logs, and counts the lines it drops. */
function createTrimmer(events: TimedEvent[]): { after(event: TimedEvent): void; readonly leftOut: number } {
  const sizeOf = (event: TimedEvent): number =>
    event.kind === 'container-log' ? event.lines.reduce((sum, line) => sum + line.length + 1, 0) : 0;
  let kept = 0;
  let leftOut = 0;
  return {
    after: (event) => {
      kept += sizeOf(event);
      while (kept > mostLog) {
        const oldest = events.findIndex((one) => one.kind === 'container-log' && one.lines.length > 0);
        const log = events[oldest];
        // The current event stays, however long it is: the renderers have not seen it yet.
        if (log?.kind !== 'container-log' || log === event) return;
        kept -= sizeOf(log);
        leftOut += log.lines.length;
        events.splice(oldest, 1);
      }
    },
    get leftOut() {
      return leftOut;
    },
  };
}

function phasesOf(plan: Plan, events: readonly TimedEvent[]): readonly Phase[] {
  const since = events.findLastIndex((event) => event.kind === 'planned');
  const steps = events.slice(since).filter((event) => event.kind === 'step');
  const { from = 0 } = events.flatMap((event) => (event.kind === 'planned' ? [event] : [])).at(-1) ?? {};
  return plan.steps.map(({ title, kind }, index) => {
    if (index < from) return { title, kind, is: 'done' };
    const [begun, ended] = steps.filter((event) => event.index === index);
    if (begun === undefined) return { title, kind, is: 'not-begun' };
    if (ended === undefined) return { title, kind, is: 'begun', startedAt: begun.at };
    return { title, kind, is: ended.is, startedAt: begun.at, took: ended.at - begun.at };
  });
}

function countCalls(events: readonly TimedEvent[]): Readonly<Record<string, number>> {
  const calls = events.filter((event) => event.kind === 'call');
  const groups = Map.groupBy(calls, ({ operation }) => operation);
  return Object.fromEntries([...groups].map(([operation, mine]) => [operation, mine.length]));
}
