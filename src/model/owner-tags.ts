import type { Tag, Task } from '@aws-sdk/client-ecs';
import type { Run } from './request.ts';

/** The purpose of a task of ours. */
export type Purpose = 'canary' | 'one-off';

/** The owner tag of a task, which identifies the run that started it. */
export interface OwnerTag {
  /** For a one-off task without a service, its family. */
  readonly service: string;
  readonly run: string;
  readonly attempt: number;
  /** The latest end of its run, in milliseconds since the epoch; 0 if no run waits for the task. */
  readonly expires: number;
  /** It is in a target group of its own, whose owner tags say until when its run is alive. */
  readonly weighted?: true;
}

/** In the group of a task that shares the traffic by weights. */
const shares = 'shares-traffic';

const names: Readonly<Record<Purpose, string>> = { canary: 'ecs-canary-rollout', 'one-off': 'ecs-canary-rollout-run' };

/**
 * The same for all canaries of a service, and for all its one-off tasks, so that one ListTasks finds them. StartTask allows
 * 36 characters, RunTask 128.
 */
export function startedByOf(service: string, purpose: Purpose = 'canary'): string {
  return purpose === 'canary' ? `ecs-canary/${service.slice(-25)}` : `ecs-run/${service.slice(-100)}`;
}

/** Encodes the owner tag in the task group, because StopTask deletes tags and a policy can deny them. */
export function groupOf(mark: OwnerTag, purpose: Purpose = 'canary'): string {
  const { service, run, attempt, expires, weighted } = mark;
  const parts = [names[purpose], service, run, attempt, Math.round(expires / 1000)];
  return [...parts, ...(weighted ? [shares] : [])].join(':');
}

export function tagsOf(mark: OwnerTag, run: Run, purpose: Purpose = 'canary'): Tag[] {
  const name = names[purpose];
  return [
    { key: `${name}:service`, value: mark.service },
    { key: `${name}:run`, value: mark.run },
    { key: `${name}:attempt`, value: String(mark.attempt) },
    ...(mark.expires === 0 ? [] : [{ key: `${name}:expires`, value: new Date(mark.expires).toISOString() }]),
    ...(run.url === undefined ? [] : [{ key: `${name}:url`, value: run.url }]),
  ];
}

/** Reads the owner tag of a task from its group and tags; `undefined` if it has none for this purpose. */
export function readOwnerTag(task: Task, purpose: Purpose = 'canary'): OwnerTag | undefined {
  const first = markInGroup(task.group ?? '', names[purpose]);
  const tagged = markInTags(task.tags ?? [], names[purpose]);
  if (first === undefined || tagged === undefined || tagged.run !== first.run) return first ?? tagged;
  // A group cannot be changed, so a later attempt that resumes the canary is only in the tags.
  return {
    ...first,
    attempt: Math.max(first.attempt, tagged.attempt),
    expires: Math.max(first.expires, tagged.expires),
  };
}

function markInGroup(group: string, name: string): OwnerTag | undefined {
  const [who, service, run, attempt, expires, shape] = group.split(':');
  if (who !== name || !service || !run) return undefined;
  const weighted = shape === shares ? { weighted: true as const } : {};
  return { service, run, attempt: countIn(attempt), expires: countIn(expires) * 1000, ...weighted };
}

function markInTags(tags: readonly Tag[], name: string): OwnerTag | undefined {
  const tag = (key: string) => tags.find((t) => t.key === `${name}:${key}`)?.value ?? '';
  if (tag('service') === '' || tag('run') === '') return undefined;
  const until = Date.parse(tag('expires'));
  return {
    service: tag('service'),
    run: tag('run'),
    attempt: countIn(tag('attempt')),
    expires: Number.isNaN(until) ? 0 : until,
  };
}

/** Groups and tags can be set by others: accept at most 10 digits, seconds until the year 2286. */
const countIn = (text = ''): number => (/^\d{1,10}$/.test(text) ? Number(text) : 0);
