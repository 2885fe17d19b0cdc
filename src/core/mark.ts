import type { Tag, Task } from '@aws-sdk/client-ecs';
import type { Run } from './request.ts';

/** What is written on a canary, so that whoever finds it knows whose it is. */
export interface Mark {
  readonly service: string;
  readonly run: string;
  readonly attempt: number;
  /** When its run has ended at the latest, in milliseconds since 1970. */
  readonly expires: number;
}

const name = 'ecs-canary-rollout';

/** The same for all canaries of a service: one ListTasks finds them. StartTask takes 36 characters at most, RunTask 128. */
export function startedByOf(service: string): string {
  return `ecs-canary/${service.slice(-25)}`;
}

/** Says in one string what the tags say, because StopTask deletes tags and a policy can forbid them. */
export function groupOf({ service, run, attempt, expires }: Mark): string {
  return [name, service, run, attempt, Math.round(expires / 1000)].join(':');
}

export function tagsOf(mark: Mark, run: Run): Tag[] {
  return [
    { key: `${name}:service`, value: mark.service },
    { key: `${name}:run`, value: mark.run },
    { key: `${name}:attempt`, value: String(mark.attempt) },
    { key: `${name}:expires`, value: new Date(mark.expires).toISOString() },
    ...(run.url === undefined ? [] : [{ key: `${name}:url`, value: run.url }]),
  ];
}

/** Reads the mark of a task from its group and its tags; `undefined` when it has none. */
export function readMark(task: Task): Mark | undefined {
  const first = markInGroup(task.group ?? '');
  const tagged = markInTags(task.tags ?? []);
  if (first === undefined || tagged === undefined || tagged.run !== first.run) return first ?? tagged;
  // A group is for ever: that a later attempt has taken the canary on is written on its tags alone.
  return {
    ...first,
    attempt: Math.max(first.attempt, tagged.attempt),
    expires: Math.max(first.expires, tagged.expires),
  };
}

function markInGroup(group: string): Mark | undefined {
  const [who, service, run, attempt, expires] = group.split(':');
  if (who !== name || !service || !run) return undefined;
  return { service, run, attempt: Number(attempt) || 0, expires: (Number(expires) || 0) * 1000 };
}

function markInTags(tags: readonly Tag[]): Mark | undefined {
  const tag = (key: string) => tags.find((t) => t.key === `${name}:${key}`)?.value ?? '';
  if (tag('service') === '' || tag('run') === '') return undefined;
  const until = Date.parse(tag('expires'));
  return {
    service: tag('service'),
    run: tag('run'),
    attempt: Number(tag('attempt')) || 0,
    expires: Number.isNaN(until) ? 0 : until,
  };
}
