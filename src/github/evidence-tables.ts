import type { Evidence } from '../core/verdict.ts';
import { code, markdown } from './escape.ts';
import { clockTime } from './evidence.ts';
import { shortName } from './names.ts';
import { type Table, table } from './page.ts';

type Kind = Evidence['kind'];
type Of<K extends Kind> = Extract<Evidence, { kind: K }>;

/** Evidence as Markdown tables, one for each kind of thing that was seen; reasons that `said` has already are left out. */
export function evidenceTables(evidence: readonly Evidence[], said = ''): readonly string[] {
  const of = <K extends Kind>(kind: K): readonly Of<K>[] => evidence.filter((one): one is Of<K> => one.kind === kind);
  const tables: readonly Table[] = [
    tasks(of('task'), said),
    containers(of('task'), said),
    targets(of('target')),
    deployments(of('deployment'), said),
    alarms(of('alarm')),
    calls(of('call'), said),
    events(of('service-event')),
  ];
  return tables.filter(({ rows }) => rows.length > 0).map((one) => table(withoutEmptyColumns(one)));
}

/** A column that says nothing only makes the others narrow. */
function withoutEmptyColumns({ head, rows }: Table): Table {
  const kept = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const keep = (row: readonly string[]): readonly string[] => row.filter((_, column) => kept[column]);
  return { head: keep(head), rows: rows.map(keep) };
}

const unsaid = (reason = '', said = ''): string => (said.includes(reason) ? '' : markdown(reason));

const tasks = (seen: readonly Of<'task'>[], said: string): Table => ({
  head: ['Task', 'Status', 'Stop code', 'Stopped reason'],
  rows: seen.map(({ task, status, stopCode, stoppedReason }) => [
    code(shortName(task)),
    markdown(status),
    markdown(stopCode ?? ''),
    unsaid(stoppedReason, said),
  ]),
});

const containers = (seen: readonly Of<'task'>[], said: string): Table => ({
  head: ['Container', 'Status', 'Health', 'Exit code', 'Reason', 'Image', 'Task'],
  rows: seen.flatMap(({ task, stoppedReason, containers }) =>
    containers.map(({ name, status, health, exitCode, reason, image }) => [
      code(name),
      markdown(status ?? ''),
      health === 'UNKNOWN' ? '' : markdown(health ?? ''),
      exitCode === undefined ? '' : String(exitCode),
      unsaid(reason, `${said} ${stoppedReason}`),
      code(image ?? ''),
      // With one task, everybody knows whose container it is.
      seen.length === 1 ? '' : code(shortName(task)),
    ]),
  ),
});

const targets = (seen: readonly Of<'target'>[]): Table => ({
  head: ['Target', 'Target group', 'State', 'Reason', 'Description'],
  rows: seen.map(({ target, targetGroup, state, reason, description }) => [
    code(target),
    code(shortName(targetGroup)),
    markdown(state),
    markdown(reason ?? ''),
    markdown(description ?? ''),
  ]),
});

const deployments = (seen: readonly Of<'deployment'>[], said: string): Table => ({
  head: ['Deployment', 'Revision', 'State', 'Running', 'Failed', 'Reason'],
  rows: seen.map(({ id, taskDefinition, state, because, desired, running, failed }) => [
    code(shortName(id)),
    code(shortName(taskDefinition)),
    markdown(state),
    `${running} of ${desired}`,
    String(failed),
    unsaid(because, said),
  ]),
});

const alarms = (seen: readonly Of<'alarm'>[]): Table => ({
  head: ['Alarm', 'State', 'Reason'],
  rows: seen.map(({ alarm, state, because }) => [code(alarm), markdown(state), markdown(because ?? '')]),
});

const calls = (seen: readonly Of<'call'>[], said: string): Table => ({
  head: ['Call', 'Error', 'Message', 'Request id'],
  rows: seen.map(({ operation, code: error, message, requestId }) => [
    code(operation),
    code(error),
    unsaid(message, said),
    said.includes(requestId ?? '') ? '' : code(requestId ?? ''),
  ]),
});

const events = (seen: readonly Of<'service-event'>[]): Table => ({
  head: ['UTC', 'Event of the service'],
  rows: seen.map(({ happened, message }) => [clockTime(happened), markdown(message)]),
});
