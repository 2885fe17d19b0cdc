import type { Task, Failure as TaskFailure } from '@aws-sdk/client-ecs';
import type { ContainerRole } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { Failure } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import { type OwnerTag, type Purpose, readOwnerTag } from '../../model/owner-tags.ts';
import type { SeenTask } from '../../model/run-state.ts';
import type { TaskEvidence } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { readAll, readInChunks } from '../client/pages.ts';

/** Describes tasks, 100 a call; the ones that ECS does not know (any more, or yet) are absent. */
export async function readTasks(aws: Aws, cluster: string, arns: readonly string[]): Promise<readonly Task[]> {
  return readInChunks(arns, 100, async (tasks) => {
    return (await aws.call('ecs', 'DescribeTasks', { cluster, tasks, include: ['TAGS'] })).tasks;
  });
}

/**
 * Describes tasks that ECS has just listed as running: it does know them. An answer that lacks one is asked for again, and
 * when it still does, it is unknown what exists: a Failure.
 */
export async function readListed(aws: Aws, cluster: string, arns: readonly string[]): Promise<readonly Task[]> {
  return readInChunks(arns, 100, async (asked) => {
    const input = { cluster, tasks: asked, include: ['TAGS' as const] };
    const lacks = (found: readonly Task[] = []): boolean => found.length < asked.length;
    const answer = await aws.call('ecs', 'DescribeTasks', input, { doubtful: (output) => lacks(output.tasks) });
    if (lacks(answer.tasks)) throw notDescribed(asked, answer.failures);
    return answer.tasks;
  });
}

function notDescribed(asked: readonly string[], failures: readonly TaskFailure[] = []): Failure {
  const said = failures.map(({ arn = '', reason = '' }) => `${nameIn(arn)} ${reason}`).join(', ');
  return new Failure('ecs:DescribeTasks', {
    kind: 'refused-call',
    because: `ECS lists ${asked.length} tasks and does not describe all of them (${said}): what exists is unknown`,
    next: 'AWS returns partial results at the moment: try again in a few minutes.',
  });
}

/** Lists the tasks of a service or of a `startedBy`, all pages. */
export async function listTasks(
  aws: Aws,
  cluster: string,
  whose: { readonly startedBy: string } | { readonly serviceName: string },
  desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING',
): Promise<readonly string[]> {
  return readAll(aws, 'ecs', 'ListTasks', { cluster, ...whose, desiredStatus }, ({ taskArns }) => taskArns);
}

export interface MarkedTask {
  readonly arn: string;
  readonly task: Task;
  /** Absent where neither group nor tags came back. */
  readonly mark?: OwnerTag;
}

/** The tasks of a `startedBy`, with what is written on them. */
export async function readMarked(
  aws: Aws,
  cluster: string,
  startedBy: string,
  {
    desiredStatus = 'RUNNING',
    except = [],
    purpose = 'canary',
  }: {
    readonly desiredStatus?: 'RUNNING' | 'STOPPED';
    readonly except?: readonly string[];
    readonly purpose?: Purpose;
  } = {},
): Promise<readonly MarkedTask[]> {
  const listed = await listTasks(aws, cluster, { startedBy }, desiredStatus);
  const arns = listed.filter((arn) => !except.includes(arn));
  const read = desiredStatus === 'RUNNING' ? readListed : readTasks;
  const tasks = arns.length === 0 ? [] : await read(aws, cluster, arns);
  return tasks
    .filter((task) => isStartedBy(task, startedBy))
    .flatMap((task) => {
      const mark = readOwnerTag(task, purpose);
      return task.taskArn === undefined ? [] : [{ arn: task.taskArn, task, ...defined({ mark }) }];
    });
}

/** What is found here may be stopped later, so the answer to the list is not believed blindly. */
function isStartedBy(task: Task, startedBy: string): boolean {
  return (task.startedBy ?? startedBy) === startedBy && !task.group?.startsWith('service:');
}

/** What a person wants to see of a task that has died; it is gone from ECS after an hour. */
export function evidenceOf(task: SeenTask, roles: readonly ContainerRole[] = []): TaskEvidence {
  const others = new Set(roles.flatMap(({ name, essential }) => (essential ? [] : name)));
  return {
    kind: 'task',
    task: nameIn(task.taskArn ?? 'unknown'),
    status: task.lastStatus ?? 'UNKNOWN',
    ...defined({ stopCode: task.stopCode, stoppedReason: task.stoppedReason }),
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? 'unknown',
      ...(others.has(container.name ?? '') ? { essential: false as const } : {}),
      ...defined({
        image: container.image,
        status: container.lastStatus,
        health: container.healthStatus,
        exitCode: container.exitCode,
        reason: container.reason,
        runtimeId: container.runtimeId,
      }),
    })),
  };
}

/** Why a task stopped, in one line; what a container says is added where the task has not said it already. */
export function whyStopped(task: SeenTask): string {
  const stopped = task.stoppedReason || task.stopCode || 'no reason given';
  const all = task.containers ?? [];
  // 143 is a container that was asked to end because another one had ended.
  const first = all.filter(({ exitCode }) => exitCode !== 143);
  const asked = task.stopCode === 'ServiceSchedulerInitiated' || first.some(({ exitCode }) => exitCode);
  const reasons = (asked ? first : all).flatMap(({ name, exitCode, reason = '' }) => {
    const exit = exitCode === undefined || exitCode === 0 ? '' : `exit code ${exitCode}`;
    const said = [exit, stopped.includes(reason) ? '' : reason].filter((part) => part !== '').join(', ');
    return said === '' ? [] : [`container ${name}: ${said}`];
  });
  return [stopped, ...reasons].join('; ');
}
