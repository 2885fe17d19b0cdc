import { showDuration } from '../model/duration.ts';
import type { Progress } from '../model/report.ts';
import { type Cell, isBlank, nameCell } from './cell.ts';
import type { Links } from './console-links.ts';
import { shortName } from './names.ts';

/** What a run was about, with links to the console; what is not known is left out. */
export function factsOf(report: Progress, links?: Links): readonly (readonly [label: string, cell: Cell])[] {
  const { place, facts, startedAt, finishedAt, calls } = report;
  const revision = (arn = ''): Cell => nameCell(shortName(arn), links?.revision(arn));
  const total = Object.values(calls).reduce((sum, n) => sum + n, 0);
  const canary = facts['canary-task-arn'] ?? '';
  const task = facts['task-arn'] ?? '';
  const rows: readonly (readonly [string, Cell])[] = [
    ['Service', nameCell(shortName(place?.service ?? ''), links?.service)],
    ['Cluster', nameCell(shortName(place?.cluster ?? ''), links?.cluster)],
    ['Region', nameCell(place?.region ?? '')],
    [
      report.command === 'run' || report.command === 'register' ? 'Revision' : 'New revision',
      revision(facts['task-definition-arn']),
    ],
    ['Previous revision', revision(facts['previous-task-definition-arn'])],
    ['Canary task', nameCell(shortName(canary), links?.task(canary))],
    ['One-off task', nameCell(shortName(task), links?.task(task))],
    ['Exit code', facts['exit-code'] ?? ''],
    ['Deployment', nameCell(facts['deployment-id'] ?? '', links?.deployments)],
    ['Began', `${new Date(startedAt).toISOString().slice(0, 19)}Z`],
    ['outcome' in report ? 'Took' : 'So far', showDuration(finishedAt - startedAt)],
    ['API calls', total === 0 ? '' : String(total)],
  ];
  return rows.filter(([, cell]) => !isBlank(cell));
}
