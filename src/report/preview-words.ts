import { showDuration } from '../model/duration.ts';
import type { Step } from '../model/plan.ts';
import type { Capacity, Finding, StepTime, TaskSize } from '../model/preview.ts';
import { count } from './messages.ts';

/** What a finding is called. */
export const findingWords: Readonly<Record<Finding['is'], string>> = {
  problem: 'PROBLEM',
  warning: 'warning',
  'cannot-tell': 'cannot tell',
  ok: 'ok',
};

/** `1 problem, 2 warnings, 3 cannot be told, 9 as they should be`. */
export function formatFindings(findings: readonly Finding[]): string {
  const many = (is: Finding['is']): number => findings.filter((one) => one.is === is).length;
  const [problems, warnings, unknown, good] = [many('problem'), many('warning'), many('cannot-tell'), many('ok')];
  return [
    problems === 0 ? 'no problem' : count(problems, 'problem'),
    ...(warnings === 0 ? [] : [count(warnings, 'warning')]),
    ...(unknown === 0 ? [] : [`${unknown} that nobody can tell`]),
    ...(good === 0 ? [] : [`${good} as ${good === 1 ? 'it' : 'they'} should be`]),
  ].join(', ');
}

/** `at most 15m`, or nothing. */
export const formatLimit = ({ atMost }: StepTime): string => (atMost === undefined ? '' : showDuration(atMost));

/** `45s`, `45s or more`, or nothing. */
export function formatLikely({ likely, atLeast }: StepTime): string {
  if (likely === undefined) return 'not known';
  return `${showDuration(likely)}${atLeast ? ' or more' : ''}`;
}

/** A check that goes on has what is left of the time of the one before. */
export const limitIn = (step: Step, time: StepTime): string =>
  step.kind === 'check' && step.since === 'check-before' ? 'within the same' : formatLimit(time);

/** What is done beside the other steps takes no time of its own. */
export const likelyIn = (step: Step, time: StepTime): string =>
  step.kind === 'retire' || step.kind === 'commit' ? '' : formatLikely(time);

/** `0.25 vCPU, 512 MiB, 1 address`. */
export function formatSize({ cpu, memory, addresses }: TaskSize): string {
  const parts = [
    ...(cpu === undefined ? [] : [`${cpu / 1024} vCPU`]),
    ...(memory === undefined ? [] : [`${memory} MiB`]),
    ...(addresses === 0 ? [] : [`${count(addresses, 'network interface')} with an address`]),
  ];
  return parts.length === 0 ? 'as much as one task takes' : parts.join(', ');
}

/** What a rollout needs, a sentence each. */
export function formatCapacity({ canary, deployment, more }: Capacity): readonly string[] {
  const { desired, least, most, minimumHealthyPercent, maximumPercent } = deployment;
  return [
    ...(canary === undefined ? [] : [`One more task, the canary: ${formatSize(canary)}.`]),
    `While ECS replaces the tasks there are ${least} to ${most} (${minimumHealthyPercent} to ${maximumPercent} % of ${desired}).`,
    ...(more.tasks === 0 ? [] : [`At once at most ${count(more.tasks, 'task')} more than now: ${formatSize(more)}.`]),
  ];
}
