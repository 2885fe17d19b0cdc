import type { ContainerEvidence, Evidence, LogEvidence } from '../model/verdict.ts';
import { cleanText, clip, logLine } from './escape.ts';
import { shortName } from './names.ts';

/** One line of evidence: what was seen, and what was seen of it. */
export type Row = readonly [label: string, text: string];

/** Evidence as lines for the log; reasons that `said` has already are left out. */
export function evidenceRows(evidence: Evidence, said = ''): readonly Row[] {
  const unsaid = (reason = ''): string => (reason === '' || said.includes(logLine(reason)) ? '' : `: ${reason}`);
  switch (evidence.kind) {
    case 'task': {
      const { task, status, stopCode, stoppedReason, containers } = evidence;
      const row = rowOf(`task ${shortName(task)}`, `${list(status, stopCode)}${unsaid(stoppedReason)}`);
      return [
        row,
        ...containers.map((container) => containerRow(container, `${said} ${logLine(stoppedReason ?? '')}`)),
      ];
    }
    case 'target': {
      const { targetGroup, target, state, reason, description, healthCheck } = evidence;
      const why = unsaid([reason, description].filter(Boolean).join(': '));
      const asks = inBrackets('health check', healthCheck);
      return [rowOf(`target ${target}`, `${state} in ${shortName(targetGroup)}${why}${asks}`)];
    }
    case 'deployment': {
      const { id, taskDefinition, state, because, desired, running, failed } = evidence;
      const counts = `${running} of ${desired} running, ${failed} failed`;
      const text = `${list(state, shortName(taskDefinition), counts)}${unsaid(because)}`;
      return [rowOf(`deployment ${shortName(id)}`, text)];
    }
    case 'circuit-breaker':
      return [rowOf('circuit breaker', formatBreaker(evidence))];
    case 'service-event':
      return [rowOf(`event ${clockTime(evidence.happened)}`, evidence.message)];
    case 'alarm':
      return [rowOf(`alarm ${evidence.alarm}`, `${evidence.state}${unsaid(evidence.because)}`)];
    case 'call': {
      const { operation, code, message, requestId } = evidence;
      return [rowOf(`call ${operation}`, `${code}${unsaid(message)}${inBrackets('request id', requestId)}`)];
    }
    case 'log':
      return [logRow(evidence)];
  }
}

/** `off`, or how often tasks failed against how often they may. */
export function formatBreaker({ state, failures, threshold }: Extract<Evidence, { kind: 'circuit-breaker' }>): string {
  if (state === 'DISABLED') return 'off: ECS itself would go on trying';
  const counted =
    failures === undefined || threshold === undefined ? '' : `: ${failures} of ${threshold} allowed failures`;
  return `${state.toLowerCase()}${counted}`;
}

/** What is there of a log. */
export function formatLog(log: LogEvidence): string {
  const { length } = logLinesOf(log);
  return list(length === 0 ? '' : length === 1 ? 'the last line' : `the last ${length} lines`, log.note);
}

function logRow(log: LogEvidence): Row {
  const { container, stream } = log;
  const where = inBrackets('log stream', stream && `${stream.group} ${stream.name}`);
  return rowOf(`log of ${container}`, `${formatLog(log)}${where}`);
}

/** More than this of a line, or more lines than these, is for the console; what has been followed has been asked for. */
const most = { letters: 500, lines: 20, followed: 50 };

/** The last lines of a log, each harmless and on one line. Cut only here: what is masked is masked by now. */
export function logLinesOf({ lines, followed }: LogEvidence): readonly string[] {
  return lines.flatMap((line) => plainLines(line, most.letters)).slice(followed ? -most.followed : -most.lines);
}

/** Whatever a program writes as lines that can do no harm, each cut to a length; empty ones are left out. */
export function plainLines(text: string, letters: number): readonly string[] {
  return cleanText(text)
    .split('\n')
    .map((line) => clip(line.replaceAll('\t', '  ').trimEnd(), letters))
    .filter((line) => line.trim() !== '');
}

function containerRow({ name, image, status, health, exitCode, reason }: ContainerEvidence, said: string): Row {
  const exit = exitCode === undefined ? undefined : `exit code ${exitCode}`;
  const state = list(exit, health === 'UNKNOWN' ? undefined : health, status) || 'nothing is known of it';
  const why = reason === undefined || said.includes(logLine(reason)) ? '' : `: ${reason}`;
  return rowOf(`  container ${name}`, `${state}${why}${inBrackets('image', image)}`);
}

const rowOf = (label: string, text: string): Row => [cleanText(label).replaceAll('\n', ' '), logLine(text)];
const list = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part).join(', ');
const inBrackets = (what: string, value: string | undefined): string =>
  value === undefined ? '' : ` (${what} ${value})`;

/** Rows with their texts under each other; a label that is too long for the column stands alone. */
export function alignRows(rows: readonly Row[]): readonly string[] {
  const width = Math.min(42, Math.max(...rows.map(([label]) => label.length)));
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
}

/** `03:14:07Z`: when something happened in AWS, in UTC. */
export function clockTime(at: number): string {
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(11, 19)}Z` : 'unknown';
}
