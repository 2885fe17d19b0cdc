import { showDuration } from '../../model/duration.ts';
import type { FactName } from '../../model/event.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Progress } from '../../model/report.ts';
import type { Links } from '../console-links.ts';
import { failedGate } from '../gate-labels.ts';
import { shortName } from '../texts.ts';
import { type Cell, isBlank, nameCell } from './table.ts';

const labels: Readonly<Record<FactName, string>> = {
  'service-arn': 'Service',
  'task-definition-arn': 'New revision',
  'previous-task-definition-arn': 'Previous revision',
  'canary-task-arn': 'Canary task',
  'deployment-id': 'Deployment',
  'service-deployment-arn': 'Service deployment',
  'task-arn': 'One-off task',
  'exit-code': 'Exit code',
  weight: 'Canary weight',
};

/** The label of a fact, such as `New revision`. A one-off task and a registration give the service no new revision. */
export function factLabel(name: FactName, command: string): string {
  const isOnly = command === 'run' || command === 'register';
  return isOnly && name === 'task-definition-arn' ? 'Revision' : labels[name];
}

function failedGateIn(report: Progress): string {
  const outcome = 'outcome' in report ? (report.outcome as Outcome) : undefined;
  const gate = outcome?.cause?.gate;
  return gate === undefined ? '' : failedGate(gate);
}

/** Where and what a run deploys, and how long it took, with links to the console; unknown facts are left out. */
export function factsOf(report: Progress, links?: Links): readonly (readonly [label: string, cell: Cell])[] {
  const { place, facts, startedAt, finishedAt, calls } = report;
  const fact = (name: FactName, url?: (arn: string) => string | undefined): readonly [string, Cell] => {
    const value = facts[name] ?? '';
    return [factLabel(name, report.command), nameCell(shortName(value), url?.(value))];
  };
  const total = Object.values(calls).reduce((sum, n) => sum + n, 0);
  const rows: readonly (readonly [string, Cell])[] = [
    ['Service', nameCell(shortName(place?.service ?? ''), links?.service)],
    ['Cluster', nameCell(shortName(place?.cluster ?? ''), links?.cluster)],
    ['Region', nameCell(place?.region ?? '')],
    fact('task-definition-arn', links?.revision),
    fact('previous-task-definition-arn', links?.revision),
    fact('canary-task-arn', links?.task),
    fact('task-arn', links?.task),
    [labels['exit-code'], facts['exit-code'] ?? ''],
    [labels.weight, facts.weight === undefined ? '' : `${facts.weight} %`],
    ['Failed gate', failedGateIn(report)],
    fact('deployment-id', () => links?.deployments),
    fact('service-deployment-arn', () => links?.deployments),
    ['Began', `${new Date(startedAt).toISOString().slice(0, 19)}Z`],
    ['outcome' in report ? 'Took' : 'So far', showDuration(finishedAt - startedAt)],
    ['API calls', total === 0 ? '' : String(total)],
  ];
  return rows.filter(([, cell]) => !isBlank(cell));
}
