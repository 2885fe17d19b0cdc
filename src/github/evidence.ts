import type { ContainerEvidence, Evidence } from '../core/verdict.ts';
import { shortName } from './names.ts';

/** One line of evidence: what was seen, and what was seen of it. */
export type Row = readonly [label: string, text: string];

/** Evidence as lines for the log, most telling first. */
export function evidenceRows(evidence: Evidence): readonly Row[] {
  switch (evidence.kind) {
    case 'task':
      return taskRows(evidence);
    case 'target': {
      const { targetGroup, target, state, reason, description } = evidence;
      const why = said(reason, description);
      return [[`target ${target}`, `${state} in ${shortName(targetGroup)}${why && `: ${why}`}`]];
    }
    case 'deployment': {
      const { id, taskDefinition, state, because, desired, running, failed } = evidence;
      const counts = `${running} of ${desired} running, ${failed} failed`;
      return [
        [
          `deployment ${shortName(id)}`,
          `${state}, ${shortName(taskDefinition)}, ${counts}${because ? `: ${because}` : ''}`,
        ],
      ];
    }
    case 'service-event':
      return [[`event ${clockTime(evidence.happened)}`, evidence.message]];
    case 'alarm':
      return [[`alarm ${evidence.alarm}`, `${evidence.state}${evidence.because ? `: ${evidence.because}` : ''}`]];
    case 'call': {
      const { operation, code, message, requestId } = evidence;
      return [
        [`call ${operation}`, `${code}: ${message}${requestId === undefined ? '' : ` (request id ${requestId})`}`],
      ];
    }
  }
}

function taskRows(task: Extract<Evidence, { kind: 'task' }>): readonly Row[] {
  const stopped = task.stoppedReason === undefined ? '' : `: ${task.stoppedReason}`;
  const state = `${said(task.status, task.stopCode)}${stopped}`;
  return [[`task ${shortName(task.task)}`, state], ...task.containers.map(containerRow)];
}

function containerRow({ name, image, status, health, exitCode, reason }: ContainerEvidence): Row {
  const exit = exitCode === undefined ? undefined : `exit code ${exitCode}`;
  const seen = said(status, health === 'UNKNOWN' ? undefined : health, exit, image);
  return [`  container ${name}`, `${seen || 'nothing was seen of it'}${reason === undefined ? '' : `: ${reason}`}`];
}

const said = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part).join(', ');

/** Rows with their texts under each other; a label that is too long for the column stands alone. */
export function alignRows(rows: readonly Row[]): readonly string[] {
  const width = Math.min(30, Math.max(...rows.map(([label]) => label.length)));
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
}

/** `03:14:07Z`: when something happened in AWS, in UTC. */
export function clockTime(at: number): string {
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(11, 19)}Z` : 'unknown';
}
