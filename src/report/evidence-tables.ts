import type { Evidence } from '../model/verdict.ts';
import { type Cell, type Grid, nameCell, withoutEmptyColumns } from './cell.ts';
import type { Links } from './console-links.ts';
import { code, codeBlock, linked, markdown } from './escape.ts';
import { clockTime, formatBreaker, formatLog, logLinesOf } from './evidence.ts';
import { shortName } from './names.ts';
import { table } from './page.ts';

type Kind = Evidence['kind'];
type Of<K extends Kind> = Extract<Evidence, { kind: K }>;

/**
 * Evidence as tables, one for each kind of thing that was seen, with links to the console; reasons that `said` has
 * already are left out.
 */
export function evidenceGrids(evidence: readonly Evidence[], said = '', links?: Links): readonly Grid[] {
  const of = <K extends Kind>(kind: K): readonly Of<K>[] => evidence.filter((one): one is Of<K> => one.kind === kind);
  const grids: readonly Grid[] = [
    tasks(alike(of('task')), said, links),
    containers(alike(of('task')), said),
    targets(of('target'), links),
    deployments(of('deployment'), said, links),
    breakers(of('circuit-breaker')),
    alarms(of('alarm'), links),
    calls(of('call'), said),
    events(of('service-event')),
  ];
  return grids.filter(({ rows }) => rows.length > 0).map(withoutEmptyColumns);
}

/** The same as Markdown. */
export function evidenceTables(evidence: readonly Evidence[], said = '', links?: Links): readonly string[] {
  return evidenceGrids(evidence, said, links).map(({ head, rows }) =>
    table({ head, rows: rows.map((row) => row.map(markdownCell)) }),
  );
}

/** A cell as Markdown. */
export function markdownCell(cell: Cell): string {
  return typeof cell === 'string' ? markdown(cell) : linked(cell.name, cell.url);
}

/** The logs of containers, folded, each in a block of code that nothing in it can end. */
export function evidenceLogs(evidence: readonly Evidence[], links?: Links): readonly string[] {
  return evidence.flatMap((one) => {
    if (one.kind !== 'log') return [];
    const { container, stream } = one;
    const title = `Log of container ${code(container)}: ${markdown(formatLog(one))}`;
    const where = stream === undefined ? '' : linked(`${stream.group} ${stream.name}`, links?.log(stream));
    const lines = logLinesOf(one);
    if (lines.length === 0) return [[title, where].filter((part) => part !== '').join(' ')];
    return [
      [
        `<details${lines.length <= short ? ' open' : ''}><summary>${title}</summary>`,
        where,
        codeBlock(lines.join('\n'), 'text'),
        '</details>',
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    ];
  });
}

/** A log of so few lines is read at once; nobody should have to open it to see what a program died of. */
const short = 12;

const unsaid = (reason = '', said = ''): string => (said.includes(reason) ? '' : reason);

/** Tasks that look the same but for their ids, which are one row: `3 tasks, same end`. */
interface Alike {
  readonly one: Of<'task'>;
  readonly count: number;
}

function alike(seen: readonly Of<'task'>[]): readonly Alike[] {
  const groups = Map.groupBy(seen, ({ task: _, ...rest }) => JSON.stringify(rest));
  return [...groups.values()].flatMap(([one, ...others]) =>
    one === undefined ? [] : [{ one, count: 1 + others.length }],
  );
}

const tasks = (seen: readonly Alike[], said: string, links: Links | undefined): Grid => ({
  head: ['Task', 'Same end', 'Status', 'Stop code', 'Stopped reason'],
  rows: seen.map(({ one: { task, status, stopCode, stoppedReason }, count }) => [
    nameCell(shortName(task), links?.task(task)),
    count === 1 ? '' : `${count} tasks, same end`,
    status,
    stopCode ?? '',
    unsaid(stoppedReason, said),
  ]),
});

const containers = (seen: readonly Alike[], said: string): Grid => ({
  head: ['Container', 'Status', 'Health', 'Exit code', 'Reason', 'Image', 'Task'],
  rows: seen.flatMap(({ one: { task, stoppedReason, containers } }) =>
    containers.map(({ name, status, health, exitCode, reason, image }) => [
      nameCell(name),
      status ?? '',
      health === 'UNKNOWN' ? '' : (health ?? ''),
      exitCode === undefined ? '' : String(exitCode),
      unsaid(reason, `${said} ${stoppedReason}`),
      nameCell(image ?? ''),
      // With one task, everybody knows whose container it is.
      seen.length === 1 ? '' : nameCell(shortName(task)),
    ]),
  ),
});

const targets = (seen: readonly Of<'target'>[], links: Links | undefined): Grid => ({
  head: ['Target', 'Target group', 'State', 'Reason', 'Description', 'Health check'],
  rows: seen.map(({ target, targetGroup, state, reason, description, healthCheck }) => [
    nameCell(target),
    nameCell(shortName(targetGroup), links?.targetGroup(targetGroup)),
    state,
    reason ?? '',
    description ?? '',
    healthCheck ?? '',
  ]),
});

const deployments = (seen: readonly Of<'deployment'>[], said: string, links: Links | undefined): Grid => ({
  head: ['Deployment', 'Revision', 'State', 'Running', 'Failed', 'Reason'],
  rows: seen.map(({ id, taskDefinition, state, because, desired, running, failed }) => [
    nameCell(shortName(id), links?.deployments),
    nameCell(shortName(taskDefinition), links?.revision(taskDefinition)),
    state,
    `${running} of ${desired}`,
    String(failed),
    unsaid(because, said),
  ]),
});

const breakers = (seen: readonly Of<'circuit-breaker'>[]): Grid => ({
  head: ['Circuit breaker of ECS'],
  rows: seen.map((breaker) => [formatBreaker(breaker)]),
});

const alarms = (seen: readonly Of<'alarm'>[], links: Links | undefined): Grid => ({
  head: ['Alarm', 'State', 'Reason'],
  rows: seen.map(({ alarm, state, because }) => [nameCell(alarm, links?.alarm(alarm)), state, because ?? '']),
});

const calls = (seen: readonly Of<'call'>[], said: string): Grid => ({
  head: ['Call', 'Error', 'Message', 'Request id'],
  rows: seen.map(({ operation, code: error, message, requestId }) => [
    nameCell(operation),
    nameCell(error),
    unsaid(message, said),
    said.includes(requestId ?? '') ? '' : nameCell(requestId ?? ''),
  ]),
});

const events = (seen: readonly Of<'service-event'>[]): Grid => ({
  head: ['UTC', 'Event of the service'],
  rows: seen.map(({ happened, message }) => [clockTime(happened), message]),
});
