import type { Evidence } from '../core/verdict.ts';
import type { Links } from './console.ts';
import { code, codeBlock, linked, markdown } from './escape.ts';
import { clockTime, logLinesOf, sayBreaker, sayLog } from './evidence.ts';
import { shortName } from './names.ts';
import { type Table, table } from './page.ts';

type Kind = Evidence['kind'];
type Of<K extends Kind> = Extract<Evidence, { kind: K }>;

/**
 * Evidence as Markdown tables, one for each kind of thing that was seen, with links to the console; reasons that `said`
 * has already are left out.
 */
export function evidenceTables(evidence: readonly Evidence[], said = '', links?: Links): readonly string[] {
  const of = <K extends Kind>(kind: K): readonly Of<K>[] => evidence.filter((one): one is Of<K> => one.kind === kind);
  const tables: readonly Table[] = [
    tasks(of('task'), said, links),
    containers(of('task'), said),
    targets(of('target'), links),
    deployments(of('deployment'), said, links),
    breakers(of('circuit-breaker')),
    alarms(of('alarm'), links),
    calls(of('call'), said),
    events(of('service-event')),
  ];
  return tables.filter(({ rows }) => rows.length > 0).map((one) => table(withoutEmptyColumns(one)));
}

/** The logs of containers, folded, each in a block of code that nothing in it can end. */
export function evidenceLogs(evidence: readonly Evidence[], links?: Links): readonly string[] {
  return evidence.flatMap((one) => {
    if (one.kind !== 'log') return [];
    const { container, stream } = one;
    const title = `Log of container ${code(container)}: ${markdown(sayLog(one))}`;
    const where = stream === undefined ? '' : linked(`${stream.group} ${stream.name}`, links?.log(stream));
    const lines = logLinesOf(one);
    if (lines.length === 0) return [[title, where].filter((part) => part !== '').join(' ')];
    return [
      [`<details><summary>${title}</summary>`, where, codeBlock(lines.join('\n'), 'text'), '</details>']
        .filter((part) => part !== '')
        .join('\n\n'),
    ];
  });
}

/** A column that says nothing only makes the others narrow. */
function withoutEmptyColumns({ head, rows }: Table): Table {
  const kept = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const keep = (row: readonly string[]): readonly string[] => row.filter((_, column) => kept[column]);
  return { head: keep(head), rows: rows.map(keep) };
}

const unsaid = (reason = '', said = ''): string => (said.includes(reason) ? '' : markdown(reason));

const tasks = (seen: readonly Of<'task'>[], said: string, links: Links | undefined): Table => ({
  head: ['Task', 'Status', 'Stop code', 'Stopped reason'],
  rows: seen.map(({ task, status, stopCode, stoppedReason }) => [
    linked(shortName(task), links?.task(task)),
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

const targets = (seen: readonly Of<'target'>[], links: Links | undefined): Table => ({
  head: ['Target', 'Target group', 'State', 'Reason', 'Description', 'Health check'],
  rows: seen.map(({ target, targetGroup, state, reason, description, healthCheck }) => [
    code(target),
    linked(shortName(targetGroup), links?.targetGroup(targetGroup)),
    markdown(state),
    markdown(reason ?? ''),
    markdown(description ?? ''),
    markdown(healthCheck ?? ''),
  ]),
});

const deployments = (seen: readonly Of<'deployment'>[], said: string, links: Links | undefined): Table => ({
  head: ['Deployment', 'Revision', 'State', 'Running', 'Failed', 'Reason'],
  rows: seen.map(({ id, taskDefinition, state, because, desired, running, failed }) => [
    linked(shortName(id), links?.deployments),
    linked(shortName(taskDefinition), links?.revision(taskDefinition)),
    markdown(state),
    `${running} of ${desired}`,
    String(failed),
    unsaid(because, said),
  ]),
});

const breakers = (seen: readonly Of<'circuit-breaker'>[]): Table => ({
  head: ['Circuit breaker of ECS'],
  rows: seen.map((breaker) => [markdown(sayBreaker(breaker))]),
});

const alarms = (seen: readonly Of<'alarm'>[], links: Links | undefined): Table => ({
  head: ['Alarm', 'State', 'Reason'],
  rows: seen.map(({ alarm, state, because }) => [
    linked(alarm, links?.alarm(alarm)),
    markdown(state),
    markdown(because ?? ''),
  ]),
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
