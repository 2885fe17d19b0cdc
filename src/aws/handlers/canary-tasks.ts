import type { Task } from '@aws-sdk/client-ecs';
import type { Act } from '../../model/acts.ts';
import { allOrThrow } from '../../model/all-or-throw.ts';
import { readUntil } from '../../model/clock.ts';
import { Failure, formatError } from '../../model/failure.ts';
import type { RunState, TaskLearned } from '../../model/run-state.ts';
import { concernOf } from '../../model/traffic.ts';
import type { Undo } from '../../model/undos.ts';
import { knownOf, stopUndo } from './canary.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import { taskIn } from './learned.ts';
import { learnedOf, notStarted, withoutTagsIfForbidden } from './started-tasks.ts';
import { deregisterTargets } from './target.ts';
import { readMarked } from './task.ts';

type StartCanaries = Extract<Act, { kind: 'start-canaries' }>;

/** Stops the canary tasks of a run, after their traffic has returned to the service and they have drained. */
export const stopCanariesUndo = (
  { place, task, run, stopWithin, as }: StartCanaries,
  tasks?: readonly string[],
): Undo => ({
  ...stopUndo({
    place,
    run,
    stopWithin,
    startedBy: task.startedBy ?? '',
    title: as.length === 1 ? 'stop the canary task' : 'stop the canary tasks',
    ...(tasks === undefined ? {} : { tasks }),
  }),
  concerns: concernOf(run),
});

/** Starts all tasks with one call. If ECS starts only some of them, these are stopped. */
export async function startCanaries(
  context: HandlerContext,
  act: StartCanaries,
  revision: string,
  state: RunState,
): Promise<readonly TaskLearned[]> {
  const startedAt = context.clock.now();
  await forgetDead(context, act, state);
  const { instance: _, ...input } = act.task;
  const { tasks = [], failures = [] } = await withoutTagsIfForbidden('canary', input, context.report, (allowed) =>
    // With a clientToken, a repeated call returns the same tasks.
    context.aws.call('ecs', 'RunTask', { ...allowed, taskDefinition: revision, count: act.as.length }),
  );
  const started = tasks.filter((task): task is Task & { taskArn: string } => task.taskArn !== undefined);
  if (started.length < act.as.length) {
    const failure = notStarted(failures);
    if (started.length === 0) throw failure;
    await stopAgain(
      context,
      act,
      started.map(({ taskArn }) => taskArn),
      failure,
    );
  }
  return started
    .slice(0, act.as.length)
    .map((task) => learnedOf(task, task.taskArn, { revision, startedAt, known: knownOf(act) }));
}

/** A replaced task may still be registered as a target, and ECS can give its address to another task. */
async function forgetDead({ aws }: HandlerContext, { as }: StartCanaries, state: RunState): Promise<void> {
  const targets = as.flatMap((subject) => taskIn(state, subject)?.targets ?? []);
  if (targets.length > 0) await deregisterTargets(aws, targets);
}

/** Some of the tasks could not be placed. */
async function stopAgain(
  { aws }: HandlerContext,
  { place, as }: StartCanaries,
  started: readonly string[],
  { because }: Failure,
): Promise<never> {
  const only = `ECS started only ${started.length} of ${as.length} canary tasks; the action stops them: ${because}`;
  const reason = 'ecs-canary-rollout: the other canary tasks could not be started';
  try {
    await allOrThrow(started.map((task) => aws.call('ecs', 'StopTask', { cluster: place.cluster, task, reason })));
  } catch (error) {
    const both = `${only}; stopping them failed: ${formatError(error)}`;
    throw new Failure('ecs:RunTask', { kind: 'unanswered-call', because: both, cause: error });
  }
  throw new Failure('ecs:RunTask', {
    kind: 'refused-call',
    because: only,
    next: 'Add capacity for these tasks, or set a smaller canary.tasks in rollout.yml.',
  });
}

/** The canary tasks that an act in doubt has started. Tasks that the run already knows belong to another act. */
export async function findCanaries(
  context: HandlerContext,
  act: StartCanaries,
  revision: string,
  state: RunState,
): Promise<readonly TaskLearned[]> {
  const known = new Set(Object.values(state.learned.tasks).map(({ arn }) => arn));
  const since = state.inDoubt?.at ?? state.at;
  const read = async () => {
    const marked = await readMarked(context.aws, act.place.cluster, act.task.startedBy ?? '');
    return marked.filter(
      ({ arn, mark, task }) => mark?.run === act.run && !known.has(arn) && task.taskDefinitionArn === revision,
    );
  };
  // ListTasks is eventually consistent: repeated, RunTask would be refused, because the tags have another time in them.
  const started = await readUntil(5, sleepOn(context), read, ({ length }) => length >= act.as.length);
  return started.map(({ arn, task }) => learnedOf(task, arn, { revision, startedAt: since, known: knownOf(act) }));
}
