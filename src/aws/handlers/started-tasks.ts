import type { Failure as RunFailure, RunTaskResponse, Task } from '@aws-sdk/client-ecs';
import type { Answer } from '../../engine/world.ts';
import type { TaskInput } from '../../model/acts.ts';
import { type Duration, second } from '../../model/duration.ts';
import type { Event } from '../../model/event.ts';
import { Failure } from '../../model/failure.ts';
import type { SeenTask, TaskLearned } from '../../model/run-state.ts';
import { fail, wait } from '../../model/verdict.ts';
import type { HandlerContext } from './context.ts';
import { evidenceOf, readTasks } from './task.ts';

/**
 * Tags are for people, need ecs:TagResource, and a task has 50 at most: without the right or the room, the task starts
 * all the same. Where there is no room ours go first.
 */
export async function withoutTagsIfForbidden<T>(
  what: string,
  task: TaskInput,
  report: (event: Event) => void,
  start: (task: TaskInput) => Promise<T>,
): Promise<T> {
  try {
    return await start(task);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'refused-call' || task.tags === undefined) throw error;
    const crowded = tooMany.test(error.because);
    if (!crowded && !/TagResource/.test(error.because)) throw error;
    const { tags, ...untagged } = task;
    const others = crowded ? tags.filter(({ key = '' }) => !key.startsWith('ecs-canary-rollout')) : [];
    const fewer = others.length === 0 || others.length === tags.length ? untagged : { ...untagged, tags: others };
    const without = 'tags' in fewer ? 'its owner tags' : 'tags';
    report({ kind: 'warning', message: `The ${what} starts without ${without}: ${error.next || error.because}` });
    return withoutTagsIfForbidden(what, fewer, report, start);
  }
}

const tooMany = /too many tags|tags?\b.{0,40}(?:exceed|limit|at most|maximum)/i;

/** What is asked for: a task of this run, and what is known of it before it is described. */
export interface StartOrder {
  /** What a message calls it: `canary`, `one-off task`. */
  readonly what: string;
  readonly task: TaskInput;
  readonly revision: string;
  readonly known: Pick<TaskLearned, 'cluster' | 'containers' | 'lacks' | 'oneOff'>;
  /** Sends the request; RunTask if absent. */
  readonly start?: (task: TaskInput) => Promise<Pick<RunTaskResponse, 'tasks' | 'failures'>>;
}

/** Starts a task; RunTask's `failures` are a refusal, and a lost answer never starts a second one. */
export async function startOne({ aws, clock, report }: HandlerContext, order: StartOrder): Promise<TaskLearned> {
  const { what, revision, known } = order;
  const startedAt = clock.now();
  // With a clientToken the same call gives the same task, however often it is repeated.
  const run = (task: TaskInput) => aws.call('ecs', 'RunTask', { ...task, taskDefinition: revision, count: 1 });
  const { tasks, failures } = await withoutTagsIfForbidden(what, order.task, report, order.start ?? run);
  const [task] = tasks ?? [];
  if (task?.taskArn === undefined) throw notStarted(failures ?? []);
  return learnedOf(task, task.taskArn, { revision, startedAt, known });
}

/** What is known of a task that has just been started. */
export const learnedOf = (
  task: Task,
  arn: string,
  { revision, startedAt, known }: Pick<StartOrder, 'revision' | 'known'> & { readonly startedAt: number },
): TaskLearned => ({ arn, revision, startedAt, quick: isQuick(task), ...known });

/** Why RunTask has started nothing. */
export function notStarted(failures: readonly RunFailure[]): Failure {
  const said = failures.map(({ reason, detail, arn }) => [reason, detail, arn && `(${arn})`].filter(Boolean).join(' '));
  // Without a reason it is unknown whether a task was started: it is searched for and stopped.
  if (said.length === 0) {
    const because = 'ECS returned neither a task nor a failure';
    return new Failure('ecs:RunTask', { kind: 'unanswered-call', because });
  }
  return new Failure('ecs:RunTask', { kind: 'refused-call', because: said.join('; ') });
}

/** Since when ECS has not known a task any more, although it did before. */
export type MissingSince = { readonly missingSince?: number };

/**
 * A task as ECS describes it, or why it does not. `MISSING` right after RunTask only means that ECS does not know it
 * everywhere yet.
 */
export async function lookFor(
  { aws, clock }: Pick<HandlerContext, 'aws' | 'clock'>,
  known: TaskLearned,
  what: string,
  missing: MissingSince,
): Promise<{ readonly task: Task } | (Answer & { readonly memory: MissingSince })> {
  if (known.task === undefined && clock.now() - known.startedAt < second) {
    return { verdict: wait(`${what} was just started`, { again: (known.quick ? 2.5 : 4) * second }), memory: {} };
  }
  const [task] = await readTasks(aws, known.cluster, [known.arn]);
  if (task !== undefined) return { task };
  if (known.task === undefined)
    return { verdict: wait(`ECS does not know ${what} yet`, { again: 2 * second }), memory: {} };
  const because = `ECS does not know ${what} any more`;
  const { missingSince = clock.now() } = missing;
  const memory = { missingSince };
  // One answer can be a partial one.
  if (clock.now() - missingSince < 8 * second) return { verdict: wait(because, { again: 3 * second }), memory };
  return { verdict: fail(because, { evidence: [evidenceOf(known.task)] }), memory };
}

/** RUNNING comes after PENDING, in which the image is pulled. */
export function nextOfStarting(task: SeenTask): Duration {
  if (isQuick(task)) return 1.5 * second;
  return (task.lastStatus === 'PROVISIONING' ? 5 : 3) * second;
}

/** On EC2 no network interface is created and removed, and often no image is pulled. */
export const isQuick = (task: SeenTask): boolean => task.containerInstanceArn !== undefined;

/** Whether it is on its way out, and will not come back. */
export const hasEnded = (task: SeenTask): boolean =>
  task.lastStatus === 'STOPPED' || (task.desiredStatus === 'STOPPED' && task.stoppedReason !== undefined);

/** Whether no container of it is left: while a task is DEPROVISIONING, AWS only takes its network interface away. */
export const isOver = ({ lastStatus = '' }: SeenTask): boolean => over.has(lastStatus);

const over: ReadonlySet<string> = new Set(['DEPROVISIONING', 'STOPPED', 'DELETED']);
