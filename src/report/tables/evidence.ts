import { showDuration } from '../../model/duration.ts';
import { formatNumber } from '../../model/measures.ts';
import type { ContainerEvidence, Evidence, LogEvidence, TaskEvidence } from '../../model/verdict.ts';
import type { Links } from '../console-links.ts';
import { cleanText, clip, logLine } from '../escape.ts';
import { clockTime, inBrackets, list, shortName } from '../texts.ts';
import { type Cell, type Name, nameCell, type Table, withoutEmptyColumns } from './table.ts';

/** A line of the job log: what was seen, and its state. */
export type Line = readonly [label: string, text: string];

/** One thing that was seen: a row in the table of its kind, and a line of the log. */
interface Sight {
  readonly kind: keyof typeof columns;
  readonly row: readonly Cell[];
  readonly line: Line;
}

interface Context {
  /** The text above the evidence, cleaned: reasons in it are not repeated. */
  readonly above: string;
  readonly links?: Links | undefined;
  /** How many tasks ended like this one. */
  readonly count?: number;
  /** Whether the task is the only one in its table. */
  readonly alone?: boolean;
}

/** The columns of each kind's table, in the order of the tables on a page. */
const columns = {
  task: ['Task', 'Same end', 'Status', 'Stop code', 'Stopped reason'],
  container: ['Container', 'Status', 'Health', 'Exit code', 'Reason', 'Image', 'Task'],
  target: ['Target', 'Target group', 'State', 'Reason', 'Description', 'Health check'],
  deployment: ['Deployment', 'Revision', 'State', 'Running', 'Failed', 'Reason'],
  'circuit-breaker': ['Circuit breaker of ECS'],
  alarm: ['Alarm', 'State', 'Reason'],
  metric: ['Gate', 'Metric', 'Allowed', 'Values', 'Period', 'Last period from (UTC)'],
  web: ['Gate', 'Request', 'Status', 'What came back'],
  call: ['Call', 'Error', 'Message', 'Request id'],
  'service-event': ['UTC', 'Event of the service'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Evidence as one table for each kind of thing, with links to the console, and without the reasons that `above` has. */
export function evidenceTables(evidence: readonly Evidence[], above = '', links?: Links): readonly Table[] {
  const groups = [...Map.groupBy(evidence, sameEnd).values()];
  const alone = groups.filter(([one]) => one?.kind === 'task').length === 1;
  const sights = groups.flatMap(([one, ...others]) =>
    one === undefined ? [] : sightsOf(one, { above: logLine(above), links, count: 1 + others.length, alone }),
  );
  return Object.entries(columns)
    .map(([kind, head]) => ({ columns: head, rows: sights.filter((one) => one.kind === kind).map(({ row }) => row) }))
    .filter(({ rows }) => rows.length > 0)
    .map(withoutEmptyColumns);
}

/** Tasks that differ only in their ids are one row. */
const sameEnd = (one: Evidence): unknown => (one.kind === 'task' ? JSON.stringify({ ...one, task: '' }) : one);

/** Evidence as lines of the job log, without the reasons that `above` has; container logs are `logBlocks`. */
export function evidenceLines(evidence: readonly Evidence[], above = ''): readonly Line[] {
  return evidence.flatMap((one) => sightsOf(one, { above: logLine(above) }).map(({ line }) => plainLine(line)));
}

/** The values of a metric on one line; the JSON report has all of them. */
const shownValues = 10;

const plainLine = ([label, text]: Line): Line => [cleanText(label).replaceAll('\n', ' '), logLine(text)];
const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`);

function sightsOf(one: Evidence, context: Context): readonly Sight[] {
  if (one.kind === 'log') return [];
  const { kind } = one;
  const { above, links } = context;
  const unlessAbove = (reason = ''): string => (above.includes(logLine(reason)) ? '' : reason);
  const sight = (row: readonly Cell[], ...line: Line): readonly Sight[] => [{ kind, row, line }];
  switch (kind) {
    case 'task':
      return taskSights(one, context, unlessAbove(one.stoppedReason));
    case 'target': {
      const { targetGroup, target, state, reason = '', description = '', healthCheck = '' } = one;
      const group = shortName(targetGroup);
      const why = because(unlessAbove(list([reason, description], ': ')));
      const named = [nameCell(target), nameCell(group, links?.targetGroup(targetGroup))];
      const text = `${state} in ${group}${why}${inBrackets('health check', healthCheck)}`;
      return sight([...named, state, reason, description, healthCheck], `target ${target}`, text);
    }
    case 'deployment': {
      const { id, taskDefinition, state, desired, running, failed } = one;
      const [revision, reason, counts] = [
        shortName(taskDefinition),
        unlessAbove(one.because),
        `${running} of ${desired}`,
      ];
      const named = [nameCell(shortName(id), links?.deployments), nameCell(revision, links?.revision(taskDefinition))];
      const text = `${list([state, revision, `${counts} running`, `${failed} failed`])}${because(reason)}`;
      return sight([...named, state, counts, String(failed), reason], `deployment ${shortName(id)}`, text);
    }
    case 'circuit-breaker':
      return sight([formatBreaker(one)], 'circuit breaker', formatBreaker(one));
    case 'service-event': {
      const time = clockTime(one.happened);
      return sight([time, one.message], `event ${time}`, one.message);
    }
    case 'alarm': {
      const { alarm, state, because: reason = '' } = one;
      const row = [nameCell(alarm, links?.alarm(alarm)), state, reason];
      return sight(row, `alarm ${alarm}`, `${state}${because(unlessAbove(reason))}`);
    }
    case 'metric': {
      const { gate, metric, bounds, period, values } = one;
      const shown = list(values.slice(-shownValues).map(({ value }) => formatNumber(value)));
      const last = values.at(-1);
      const row = [nameCell(gate), metric, bounds, shown, showDuration(period), last ? clockTime(last.at) : ''];
      return sight(
        row,
        `metric ${gate}`,
        `${metric}: ${shown || 'no data'} in periods of ${showDuration(period)}, allowed: ${bounds}`,
      );
    }
    case 'web': {
      const { gate, request, status = '', answer } = one;
      const row = [nameCell(gate), request, String(status), answer];
      return sight(row, `gate ${gate}`, list([request, String(status), unlessAbove(answer)], ': '));
    }
    case 'call': {
      const { operation, code, requestId = '' } = one;
      const message = unlessAbove(one.message);
      const row = [nameCell(operation), nameCell(code), message, nameCell(unlessAbove(requestId))];
      return sight(row, `call ${operation}`, `${code}${because(message)}${inBrackets('request id', requestId)}`);
    }
  }
}

function taskSights(
  { task, status, stopCode = '', stoppedReason = '', containers }: TaskEvidence,
  { above, links, count = 1, alone = true }: Context,
  reason: string,
): readonly Sight[] {
  const id = shortName(task);
  const same = count === 1 ? '' : `${count} tasks, same end`;
  const row = [nameCell(id, links?.task(task)), same, status, stopCode, reason];
  const known = `${above} ${logLine(stoppedReason)}`;
  return [
    { kind: 'task', row, line: [`task ${id}`, `${list([status, stopCode])}${because(reason)}`] },
    // If there is one task, it is clear whose containers these are.
    ...containers.map((container) => containerSight(container, known, alone ? '' : id)),
  ];
}

function containerSight(container: ContainerEvidence, above: string, task: string): Sight {
  const { name, status = '', exitCode, image = '', reason = '' } = container;
  const health = container.health === 'UNKNOWN' ? '' : (container.health ?? '');
  const shown = above.includes(logLine(reason)) ? '' : reason;
  const exit = exitCode === undefined ? '' : String(exitCode);
  const state = list([exit && `exit code ${exit}`, health, status]) || 'no details are known';
  return {
    kind: 'container',
    row: [nameCell(name), status, health, exit, shown, nameCell(image), nameCell(task)],
    line: [`  container ${name}`, `${state}${because(shown)}${inBrackets('image', image)}`],
  };
}

/** `off`, or how many tasks failed of how many may fail. */
function formatBreaker({ state, failures, threshold }: Extract<Evidence, { kind: 'circuit-breaker' }>): string {
  if (state === 'DISABLED') return 'off: ECS would keep trying';
  const counted =
    failures === undefined || threshold === undefined ? '' : `: ${failures} of ${threshold} allowed failures`;
  return `${state.toLowerCase()}${counted}`;
}

/** The end of a container's log. */
export interface LogBlock {
  readonly container: string;
  /** How much of the log is here, and why not more: `the last 3 lines`. */
  readonly extent: string;
  /** The log stream, where the log goes to CloudWatch Logs. */
  readonly stream?: Name;
  /** Each harmless and on one line. */
  readonly lines: readonly string[];
}

/** More of a line, or more lines, is for the console. A user who follows a log wants more of it. */
const most = { letters: 500, lines: 20, followed: 50 };

/** The container logs in the evidence. They are cut only here, after masking, so that no part of a secret is left. */
export function logBlocks(evidence: readonly Evidence[], links?: Links): readonly LogBlock[] {
  return evidence.flatMap((one) => (one.kind === 'log' ? [logBlock(one, links)] : []));
}

function logBlock({ container, stream, lines: written, note, followed }: LogEvidence, links?: Links): LogBlock {
  const lines = written
    .flatMap((line) => harmlessLines(line, most.letters))
    .slice(followed ? -most.followed : -most.lines);
  const shown = lines.length === 1 ? 'the last line' : `the last ${lines.length} lines`;
  const extent = list([lines.length === 0 ? '' : shown, note]);
  if (stream === undefined) return { container, extent, lines };
  return { container, extent, stream: nameCell(`${stream.group} ${stream.name}`, links?.log(stream)), lines };
}

/** The output of a program as harmless lines, each cut to a length, without empty ones. */
export function harmlessLines(text: string, letters: number): readonly string[] {
  return cleanText(text)
    .split('\n')
    .map((line) => clip(line.replaceAll('\t', '  ').trimEnd(), letters))
    .filter((line) => line.trim() !== '');
}
