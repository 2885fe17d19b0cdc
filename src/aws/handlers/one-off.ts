import type { Container, Task } from '@aws-sdk/client-ecs';
import type { Answer, GateContext } from '../../engine/world.ts';
import type { Act } from '../../model/acts.ts';
import { second } from '../../model/duration.ts';
import type { Gate, StartedTasks } from '../../model/gates.ts';
import type { OneOffLearned, RunState, TaskLearned } from '../../model/run-state.ts';
import type { Subject } from '../../model/subject.ts';
import type { Undo } from '../../model/undos.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import { describedAs, stopUndo } from './canary.ts';
import { brokenDependency } from './container-health.ts';
import type { HandlerContext, LogFollower } from './context.ts';
import { taskIn } from './learned.ts';
import { FollowedLogs } from './log-follow.ts';
import { pollInterval } from './poll-interval.ts';
import { hasEnded, isOver, isQuick, lookFor, type MissingSince, nextOfStarting, startOne } from './started-tasks.ts';
import { evidenceOf, whyStopped } from './task.ts';

type RunTask = Extract<Act, { kind: 'run-task' }>;

/** How a one-off task is stopped; with its ARN once that is known. */
export function stopOneOffUndo({ place, task, as, run, stopWithin }: RunTask, arn?: string): Undo {
  const started: Omit<StartedTasks, 'cluster'> = {
    startedBy: task.startedBy ?? '',
    run,
    oneOff: true,
    ...(arn === undefined ? {} : { tasks: [arn] }),
  };
  return stopUndo({ ...started, place, stopWithin, title: `stop the one-off task ${as}` });
}

/** Starts a one-off task. */
export async function startOneOff(context: HandlerContext, act: RunTask, revision: string): Promise<TaskLearned> {
  const { task, container, essential, containers = [] } = act;
  const known = { cluster: act.place.cluster, containers, oneOff: { container, essential, outlived: [] } };
  return startOne(context, { what: 'one-off task', task, revision, known });
}

/** A one-off task as it was just seen. */
interface Seen {
  readonly name: Subject;
  readonly task: Task;
  readonly known: TaskLearned;
  readonly oneOff: OneOffLearned;
}

/** Asks a one-off task, with what its last answer remembered. */
async function ask(
  context: HandlerContext,
  of: Subject,
  { state }: Pick<GateContext, 'state'>,
  memory: MissingSince,
  judge: (seen: Seen) => Promise<{ readonly verdict: Verdict; readonly isLast?: boolean }>,
): Promise<Answer> {
  const known = taskIn(state, of);
  if (known?.oneOff === undefined) return { verdict: wait(`${of} has not been started`) };
  const looked = await lookFor(context, known, of, memory);
  if ('verdict' in looked) return looked;
  const { task } = looked;
  const oneOff = withOrder(task, known.oneOff);
  const { verdict, isLast } = await judge({ name: of, task, known, oneOff });
  const last = isLast ? { verdict } : {};
  return { verdict, learned: { tasks: { [of]: { ...describedAs(task), oneOff: { ...oneOff, ...last } } } } };
}

/** Whether it runs, or has run: a short one can be over before anybody has seen it RUNNING. */
export async function evaluateTaskBegun(
  context: HandlerContext,
  { of }: Pick<Extract<Gate, { kind: 'task-begun' }>, 'of'>,
  state: Pick<GateContext, 'state'>,
  memory: MissingSince,
): Promise<Answer> {
  return ask(context, of, state, memory, async (seen) => ({ verdict: judgeBegun(seen) }));
}

function judgeBegun({ name, task, known, oneOff }: Seen): Verdict {
  const evidence = [evidenceOf(task)];
  if (codeOf(task, oneOff) !== undefined) return pass(`${name} has run`);
  if (hasEnded(task) && (isOver(task) || task.stopCode === 'TaskFailedToStart')) {
    return fail(`${name} could not be started: ${whyStopped(task)}`, { evidence });
  }
  if (task.lastStatus === 'RUNNING') return pass(`${name} is RUNNING`);
  const blocked = hasEnded(task) ? undefined : brokenDependency(task, known.containers);
  if (blocked !== undefined) return fail(`${name} cannot start: ${blocked}`, { evidence });
  return wait(`${name} is ${task.lastStatus}`, { again: nextOfStarting(task), evidence });
}

/** Whether it has ended, and well; reports its logs on the way. */
export async function evaluateTaskFinished(
  context: HandlerContext,
  { of }: Pick<Extract<Gate, { kind: 'task-finished' }>, 'of'>,
  { state }: Pick<GateContext, 'state'>,
  memory: MissingSince,
): Promise<Answer> {
  const { verdict } = taskIn(state, of)?.oneOff ?? {};
  if (verdict !== undefined) return { verdict };
  return ask(context, of, { state }, memory, async (seen) => {
    const judged = await judgeFinished(context, seen, state.plan.about === of);
    return { verdict: judged, isLast: judged.is !== 'wait' };
  });
}

async function judgeFinished(context: HandlerContext, seen: Seen, alone: boolean): Promise<Verdict> {
  const { name, task, known, oneOff } = seen;
  const logs = followerOf(context, known, oneOff);
  await logs.look(task);
  if (!isDone(task, oneOff)) {
    const soonest = (hasEnded(task) || isQuick(task) ? 1.5 : 2) * second;
    return wait(`${name} has not ended (${task.lastStatus})`, {
      again: hasEnded(task) ? soonest : pollInterval(soonest, context.clock.now() - known.startedAt),
      evidence: [evidenceOf(task)],
      next: `${name} timed out and was stopped: check its log, or raise the timeout.`,
    });
  }
  await logs.rest(task);
  const code = codeOf(task, oneOff);
  context.report({ kind: 'task-ended', name, task: evidenceOf(task), logs: logs.evidence() });
  if (alone && code !== undefined) context.report({ kind: 'fact', name: 'exit-code', value: String(code) });
  return judge(name, task, oneOff);
}

/** Who follows the logs of a task: another process begins again with their first lines. */
export function followerOf(
  context: HandlerContext,
  { arn, revision }: TaskLearned,
  oneOff: OneOffLearned,
): LogFollower {
  const follower = context.followers.get(arn) ?? new FollowedLogs(context, revision, oneOff.container);
  context.followers.set(arn, follower);
  return follower;
}

/** Remembers in which order the containers of a task end: ECS tells only how. */
function withOrder(task: Task, oneOff: OneOffLearned): OneOffLearned {
  if (oneOff.interrupted !== undefined) return oneOff;
  const others = othersOf(task, oneOff);
  const own = ownOf(task, oneOff);
  if (own?.exitCode === undefined) {
    const first = others.find(({ exitCode }) => exitCode !== undefined);
    if (first === undefined || own?.lastStatus !== 'RUNNING') return oneOff;
    return { ...oneOff, interrupted: `${formatEnd(first)} before` };
  }
  const alive = others.flatMap(({ name = '', exitCode }) => (exitCode === undefined ? [name] : []));
  return { ...oneOff, outlived: [...new Set([...oneOff.outlived, ...alive])] };
}

/** No container of it is left; or its own has ended, and the task goes on without it. */
function isDone(task: Task, oneOff: OneOffLearned): boolean {
  const code = codeOf(task, oneOff);
  if (isOver(task)) return code !== undefined || task.lastStatus !== 'DEPROVISIONING';
  return code !== undefined && !hasEnded(task);
}

const ownOf = (task: Task, { container }: OneOffLearned): Container | undefined =>
  task.containers?.find(({ name }) => name === container);

const codeOf = (task: Task, oneOff: OneOffLearned): number | undefined => ownOf(task, oneOff)?.exitCode;

/** The other containers with which the task ends. */
const othersOf = (task: Task, { container, essential }: OneOffLearned): readonly Container[] =>
  (task.containers ?? []).filter(({ name = '' }) => name !== container && essential.includes(name));

function judge(name: Subject, task: Task, oneOff: OneOffLearned): Verdict {
  const evidence = [evidenceOf(task)];
  const { exitCode: code, reason = '' } = ownOf(task, oneOff) ?? {};
  if (code === undefined) return fail(`${name} ended without an exit code: ${whyStopped(task)}`, { evidence });
  const said = `${name} ended with exit code ${code}`;
  const bad = othersOf(task, oneOff).filter((one) => hasFailed(one) && !oneOff.outlived.includes(one.name ?? ''));
  const more = [reason, fromOutside(task) ?? '', oneOff.interrupted ?? '', ...bad.map(formatEnd)];
  const whole = [said, ...new Set(more.filter((part) => part !== ''))].join('; ');
  if (code !== 0) return fail(whole, { evidence });
  if (fromOutside(task) !== undefined || oneOff.interrupted !== undefined || bad.length > 0) {
    const next = 'It may have been stopped before it finished. Check its log.';
    return fail(whole, { evidence, next });
  }
  return pass(said, { evidence });
}

/** 137 and 143 are what a container has that was asked to end because another one had ended; unless it took too much. */
function hasFailed({ exitCode = 0, reason = '' }: Container): boolean {
  if (exitCode === 137) return /OutOfMemory/i.test(reason);
  return exitCode !== 0 && exitCode !== 143;
}

/** The task was stopped from outside, not by the end of one of its containers. */
function fromOutside({ stopCode, stoppedReason = '' }: Task): string | undefined {
  if (stopCode === undefined || stopCode === 'EssentialContainerExited') return undefined;
  return [stopCode, stoppedReason].filter((part) => part !== '').join(': ');
}

const formatEnd = ({ name, exitCode, reason = '' }: Container): string =>
  `container ${name} ended with exit code ${exitCode}${reason === '' ? '' : ` (${reason})`}`;

/** Whether a one-off task has ended by itself and need not be stopped. */
export function hasEndedByItself(undo: Undo, { learned }: RunState): boolean {
  if (undo.kind !== 'stop-tasks' || !undo.oneOff || undo.tasks === undefined) return false;
  const tasks = Object.values(learned.tasks);
  return undo.tasks.every((arn) => tasks.some((one) => one.arn === arn && one.task && isOver(one.task)));
}
