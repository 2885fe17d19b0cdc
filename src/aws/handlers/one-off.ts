import type { Container, Task } from '@aws-sdk/client-ecs';
import type { Act } from '../../model/acts.ts';
import { second } from '../../model/duration.ts';
import type { StartedTasks } from '../../model/gates.ts';
import type { Undo } from '../../model/undos.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import { pollInterval } from './calm.ts';
import { stopUndo } from './canary.ts';
import { brokenDependency } from './container-health.ts';
import type { HandlerContext } from './context.ts';
import type { Found, OneOffFound } from './found.ts';
import { FollowedLogs } from './log-follow.ts';
import {
  hasEnded,
  isOver,
  isQuick,
  lookFor,
  nextOfStarting,
  notStarted,
  withoutTagsIfForbidden,
} from './started-tasks.ts';
import { evidenceOf, whyStopped } from './task.ts';

type RunTask = Extract<Act, { kind: 'run-task' }>;

/** How a one-off task is stopped; with its ARN once that is known. */
export function stopOneOffUndo({ place, task, name, run, stopWithin }: RunTask, arn?: string): Undo {
  const started: StartedTasks = {
    cluster: place.cluster,
    startedBy: task.startedBy ?? '',
    run,
    oneOff: true,
    ...(arn === undefined ? {} : { tasks: [arn] }),
  };
  return stopUndo({ ...started, region: place.region, stopWithin, title: `stop the one-off task ${name}` });
}

/** Starts a one-off task; RunTask's `failures` are a refusal, and a lost answer never starts a second one. */
export async function startOneOff(context: HandlerContext, act: RunTask, revision: string): Promise<OneOffFound> {
  const startedAt = context.clock.now();
  const { tasks, failures } = await withoutTagsIfForbidden('one-off task', act.task, context.report, (task) =>
    // With a clientToken the same call gives the same task, however often it is repeated.
    context.aws.call('ecs', 'RunTask', { ...task, taskDefinition: revision, count: 1 }),
  );
  const [task] = tasks ?? [];
  if (task?.taskArn === undefined) throw notStarted(failures ?? []);
  const { name, container, essential, containers = [], alone = false } = act;
  const logs = new FollowedLogs(context, revision, container);
  const known = { name, container, essential, containers, alone, revision, logs, outlived: new Set<string>() };
  return { arn: task.taskArn, startedAt, quick: isQuick(task), ...known };
}

/** Whether it runs, or has run: a short one can be over before anybody has seen it RUNNING. */
export async function evaluateTaskBegun(context: HandlerContext, oneOff: OneOffFound): Promise<Verdict> {
  const task = await look(context, oneOff);
  if ('because' in task) return task;
  const evidence = [evidenceOf(task)];
  if (codeOf(task, oneOff) !== undefined) return pass(`${oneOff.name} has run`);
  if (hasEnded(task) && (isOver(task) || task.stopCode === 'TaskFailedToStart')) {
    return fail(`${oneOff.name} could not be started: ${whyStopped(task)}`, { evidence });
  }
  if (task.lastStatus === 'RUNNING') return pass(`${oneOff.name} is RUNNING`);
  const blocked = hasEnded(task) ? undefined : brokenDependency(task, oneOff.containers ?? []);
  if (blocked !== undefined) return fail(`${oneOff.name} cannot start: ${blocked}`, { evidence });
  return wait(`${oneOff.name} is ${task.lastStatus}`, { again: nextOfStarting(task), evidence });
}

/** Whether it has ended, and well; tells its logs on the way. */
export async function evaluateTaskFinished(context: HandlerContext, oneOff: OneOffFound): Promise<Verdict> {
  if (oneOff.verdict !== undefined) return oneOff.verdict;
  const task = await look(context, oneOff);
  if ('because' in task) return task;
  await oneOff.logs.look(task);
  if (!isDone(task, oneOff)) {
    const soonest = (hasEnded(task) || isQuick(task) ? 1.5 : 2) * second;
    return wait(`${oneOff.name} has not ended (${task.lastStatus})`, {
      again: hasEnded(task) ? soonest : pollInterval(soonest, context.clock.now() - oneOff.startedAt),
      evidence: [evidenceOf(task)],
      next: `${oneOff.name} was stopped because its time was over: see its last lines, and give it more time where it needs that.`,
    });
  }
  await oneOff.logs.rest(task);
  const code = codeOf(task, oneOff);
  context.report({ kind: 'task-ended', name: oneOff.name, task: evidenceOf(task), logs: oneOff.logs.evidence() });
  if (oneOff.alone && code !== undefined) context.report({ kind: 'fact', name: 'exit-code', value: String(code) });
  oneOff.verdict = judge(task, oneOff);
  return oneOff.verdict;
}

/** Looks at the task, and remembers in which order its containers end: ECS tells only how. */
async function look({ aws, cluster, clock }: HandlerContext, oneOff: OneOffFound): Promise<Task | Verdict> {
  const task = await lookFor(aws, cluster, oneOff, oneOff.name, () => clock.now());
  if ('because' in task) return task;
  const others = othersOf(task, oneOff);
  const own = ownOf(task, oneOff);
  if (own?.exitCode === undefined) {
    const first = others.find(({ exitCode }) => exitCode !== undefined);
    if (first !== undefined && own?.lastStatus === 'RUNNING') oneOff.interrupted ??= `${formatEnd(first)} before`;
  } else if (oneOff.interrupted === undefined) {
    for (const { name = '', exitCode } of others) if (exitCode === undefined) oneOff.outlived.add(name);
  }
  return task;
}

/** No container of it is left; or its own has ended, and the task goes on without it. */
function isDone(task: Task, oneOff: OneOffFound): boolean {
  const code = codeOf(task, oneOff);
  if (isOver(task)) return code !== undefined || task.lastStatus !== 'DEPROVISIONING';
  return code !== undefined && !hasEnded(task);
}

const ownOf = (task: Task, { container }: OneOffFound): Container | undefined =>
  task.containers?.find(({ name }) => name === container);

const codeOf = (task: Task, oneOff: OneOffFound): number | undefined => ownOf(task, oneOff)?.exitCode;

/** The other containers with which the task ends. */
const othersOf = (task: Task, { container, essential }: OneOffFound): readonly Container[] =>
  (task.containers ?? []).filter(({ name = '' }) => name !== container && essential.includes(name));

function judge(task: Task, oneOff: OneOffFound): Verdict {
  const { name } = oneOff;
  const evidence = [evidenceOf(task)];
  const { exitCode: code, reason = '' } = ownOf(task, oneOff) ?? {};
  if (code === undefined) return fail(`${name} ended without an exit code: ${whyStopped(task)}`, { evidence });
  const said = `${name} ended with exit code ${code}`;
  const bad = othersOf(task, oneOff).filter((one) => hasFailed(one) && !oneOff.outlived.has(one.name ?? ''));
  const more = [reason, fromOutside(task) ?? '', oneOff.interrupted ?? '', ...bad.map(formatEnd)];
  const whole = [said, ...new Set(more.filter((part) => part !== ''))].join('; ');
  if (code !== 0) return fail(whole, { evidence });
  if (fromOutside(task) !== undefined || oneOff.interrupted !== undefined || bad.length > 0) {
    const next = 'It may not have done all its work: it can have been asked to stop before it was done. See its log.';
    return fail(whole, { evidence, next });
  }
  return pass(said, { evidence });
}

/** 137 and 143 are what a container has that was asked to end because another one had ended; unless it took too much. */
function hasFailed({ exitCode = 0, reason = '' }: Container): boolean {
  if (exitCode === 137) return /OutOfMemory/i.test(reason);
  return exitCode !== 0 && exitCode !== 143;
}

/** Whoever has stopped the task, it was not the end of one of its containers. */
function fromOutside({ stopCode, stoppedReason = '' }: Task): string | undefined {
  if (stopCode === undefined || stopCode === 'EssentialContainerExited') return undefined;
  return [stopCode, stoppedReason].filter((part) => part !== '').join(': ');
}

const formatEnd = ({ name, exitCode, reason = '' }: Container): string =>
  `container ${name} ended with exit code ${exitCode}${reason === '' ? '' : ` (${reason})`}`;

/** Whether a one-off task has ended by itself, so that nobody has to stop it. */
export function hasEndedByItself({ oneOffs }: Found, undo: Undo): boolean {
  if (undo.kind !== 'stop-tasks' || !undo.oneOff || undo.tasks === undefined) return false;
  return undo.tasks.every((arn) =>
    [...oneOffs.values()].some((one) => one.arn === arn && one.task && isOver(one.task)),
  );
}
