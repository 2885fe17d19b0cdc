import { showDuration } from '../../model/duration.ts';
import type { Progress } from '../../model/report.ts';
import type { Links } from '../console-links.ts';
import { shortName } from '../texts.ts';
import { type Cell, isBlank, nameCell } from './table.ts';

/** Where and what a run deploys, and how long it took, with links to the console; unknown facts are left out. */
export function factsOf(report: Progress, links?: Links): readonly (readonly [label: string, cell: Cell])[] {
  const { place, facts, startedAt, finishedAt, calls } = report;
  const revision = (arn = ''): Cell => nameCell(shortName(arn), links?.revision(arn));
  const task = (arn = ''): Cell => nameCell(shortName(arn), links?.task(arn));
  const total = Object.values(calls).reduce((sum, n) => sum + n, 0);
  const rows: readonly (readonly [string, Cell])[] = [
    ['Service', nameCell(shortName(place?.service ?? ''), links?.service)],
    ['Cluster', nameCell(shortName(place?.cluster ?? ''), links?.cluster)],
    ['Region', nameCell(place?.region ?? '')],
    [
      ['run', 'register'].includes(report.command) ? 'Revision' : 'New revision',
      revision(facts['task-definition-arn']),
    ],
    ['Previous revision', revision(facts['previous-task-definition-arn'])],
    ['Canary task', task(facts['canary-task-arn'])],
    ['One-off task', task(facts['task-arn'])],
    ['Exit code', facts['exit-code'] ?? ''],
    ['Deployment', nameCell(facts['deployment-id'] ?? '', links?.deployments)],
    ['Began', `${new Date(startedAt).toISOString().slice(0, 19)}Z`],
    ['outcome' in report ? 'Took' : 'So far', showDuration(finishedAt - startedAt)],
    ['API calls', total === 0 ? '' : String(total)],
  ];
  return rows.filter(([, cell]) => !isBlank(cell));
}
