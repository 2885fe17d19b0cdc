import { showDuration } from '../../model/duration.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { Capacity, Finding, Preview, StepTime, TaskSize } from '../../model/preview.ts';
import { count, list } from '../texts.ts';
import { driftTable } from './changes.ts';
import { isContinued } from './steps.ts';
import type { Section, Table } from './table.ts';

/** What each kind of finding is called. */
export const findingWords: Readonly<Record<Finding['is'], string>> = {
  problem: 'PROBLEM',
  warning: 'warning',
  'cannot-tell': 'cannot tell',
  ok: 'ok',
};

/** `1 problem, 2 warnings, 3 unknown, 9 as they should be`. */
export function formatFindings(findings: readonly Finding[]): string {
  const many = (is: Finding['is']): number => findings.filter((one) => one.is === is).length;
  const [problems, warnings, unknown, good] = [many('problem'), many('warning'), many('cannot-tell'), many('ok')];
  return list([
    problems === 0 ? 'no problem' : count(problems, 'problem'),
    warnings === 0 ? '' : count(warnings, 'warning'),
    unknown === 0 ? '' : `${unknown} unknown`,
    good === 0 ? '' : `${good} as ${good === 1 ? 'it' : 'they'} should be`,
  ]);
}

/** The findings that a person must look at, the worst first. */
export function findingTable(findings: readonly Finding[]): Table {
  const rows = findings.filter(({ is }) => is !== 'ok');
  return {
    columns: ['', 'Looked at', 'Because', 'What to do'],
    rows: rows.map(({ is, about, because, next = '' }) => [findingWords[is], about, because, next]),
  };
}

/** The findings without a problem. */
export function goodTable(findings: readonly Finding[]): Table {
  const rows = findings.filter(({ is }) => is === 'ok').map(({ about, because }) => [about, because]);
  return { columns: ['Looked at', 'Because'], rows };
}

/** The steps of a dry run, with how long they may take and are likely to take. */
export function timeTable({ steps }: Pick<Plan, 'steps'>, { times, total }: Pick<Preview, 'times' | 'total'>): Table {
  const rows = steps.map((step, index) => {
    const { limit, likely, because } = timeOf(step, times[index]);
    return [String(index + 1), step.title, limit, likely, because];
  });
  const { limit, likely } = formatTotal(total);
  const sum = ['', 'Together', limit, likely, 'without a rollback'];
  return { columns: ['', 'Step', 'At most', 'Likely', 'Because'], rows: [...rows, sum] };
}

/** How long a step may take and is likely to take, and why, as texts; empty where there is nothing to say. */
export function timeOf(step: Step, time: StepTime = {}): Readonly<Record<'limit' | 'likely' | 'because', string>> {
  const { limit, likely } = formatTotal(time);
  return {
    limit: isContinued(step) ? 'within the same' : limit,
    likely: step.kind === 'retire' || step.kind === 'commit' ? '' : likely,
    because: time.because ?? '',
  };
}

/** How long the whole plan may take and is likely to take. */
export function formatTotal({ atMost, likely, atLeast }: StepTime): Readonly<Record<'limit' | 'likely', string>> {
  return {
    limit: atMost === undefined ? '' : showDuration(atMost),
    likely: likely === undefined ? 'not known' : `${showDuration(likely)}${atLeast ? ' or more' : ''}`,
  };
}

/** What differs between the live service and service.json, where service.json is not applied. */
export function driftSection({ drift }: Pick<Preview, 'drift'>): Section | undefined {
  if (drift.length === 0) return undefined;
  return {
    title: 'Differs from service.json',
    intro: 'The live service differs. Nothing of it is applied: update-service is false.',
    table: driftTable(drift),
  };
}

/** What a rollout needs in addition to the tasks that run. */
export function needsSection({ capacity }: Pick<Preview, 'capacity'>): Section {
  return { title: 'What it needs', list: formatCapacity(capacity) };
}

/** What a rollout needs, one sentence each. */
export function formatCapacity({ canary, deployment, more }: Capacity): readonly string[] {
  const { desired, least, most, minimumHealthyPercent, maximumPercent } = deployment;
  return [
    ...(canary === undefined ? [] : [formatCanary(canary)]),
    `While ECS replaces the tasks there are ${least} to ${most} (${minimumHealthyPercent} to ${maximumPercent} % of ${desired}).`,
    ...(more.tasks === 0
      ? []
      : [`At the same time, at most ${count(more.tasks, 'task')} more than now: ${formatSize(more)}.`]),
  ];
}

const formatCanary = ({ tasks = 1, ...size }: NonNullable<Capacity['canary']>): string =>
  tasks === 1
    ? `One more task, the canary: ${formatSize(size)}.`
    : `Up to ${tasks} more tasks, the canary: each ${formatSize(size)}.`;

/** `0.25 vCPU, 512 MiB, 1 network interface with an address`. */
function formatSize({ cpu, memory, addresses }: TaskSize): string {
  const parts = list([
    cpu === undefined ? '' : `${cpu / 1024} vCPU`,
    memory === undefined ? '' : `${memory} MiB`,
    addresses === 0 ? '' : `${count(addresses, 'network interface')} with an address`,
  ]);
  return parts === '' ? 'as much as one task takes' : parts;
}
