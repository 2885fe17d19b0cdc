import type { Task } from '@aws-sdk/client-ecs';
import type { Answer, GateContext } from '../../engine/world.ts';
import type { Act, TaskInput } from '../../model/acts.ts';
import { allOrThrow } from '../../model/all-or-throw.ts';
import { nameIn } from '../../model/arn.ts';
import { readUntil } from '../../model/clock.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Gate, StartedTasks } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import { isOwnerTag, readOwnerTag } from '../../model/owner-tags.ts';
import type { Place } from '../../model/place.ts';
import type { Memory, TaskLearned } from '../../model/run-state.ts';
import type { Subject } from '../../model/subject.ts';
import type { Undo } from '../../model/undos.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { brokenDependency, failedHealthCheck, reportNonEssential } from './container-health.ts';
import { type HandlerContext, type Sleep, sleepOn } from './context.ts';
import { seenOf, taskIn } from './learned.ts';
import { pollInterval } from './poll-interval.ts';
import {
  hasEnded,
  isOver,
  isQuick,
  learnedOf,
  lookFor,
  type MissingSince,
  nextOfStarting,
  startOne,
} from './started-tasks.ts';
import { evidenceOf, listTasks, readMarked, readTasks, whyStopped } from './task.ts';

type Start = Extract<Act, { kind: 'start-canary' }>;
type StopTasks = Extract<Undo, { kind: 'stop-tasks' }>;

/** How tasks are stopped again; with `tasks` once their ARNs are known. */
export function stopUndo({
  place,
  stopWithin,
  ...what
}: Omit<StartedTasks, 'cluster'> & {
  readonly place: Place;
  readonly stopWithin: Duration;
  readonly title?: string;
}): StopTasks {
  const { region, cluster } = place;
  const { startedBy, run, title = 'stop the canary task' } = what;
  const started: StartedTasks = {
    cluster,
    startedBy,
    run,
    ...defined({ tasks: what.tasks, oneOff: what.oneOff }),
  };
  const { tasks } = started;
  return {
    when: 'always',
    kind: 'stop-tasks',
    title,
    place,
    changed: 'other',
    phase: 'compute',
    ...started,
    verify: { kind: 'check', gates: [{ kind: 'tasks-stopped', ...started }], within: stopWithin },
    byHand:
      tasks === undefined
        ? `aws ecs list-tasks --region ${region} --cluster ${cluster} --started-by ${startedBy}   # then: aws ecs stop-task`
        : tasks.map((task) => `aws ecs stop-task --region ${region} --cluster ${cluster} --task ${task}`).join('\n'),
  };
}

/** Starts one canary task, on the instance that the act names if any. */
export async function startCanary(context: HandlerContext, act: Start, revision: string): Promise<TaskLearned> {
  const { instance, ...task } = act.task;
  const order = { what: 'canary', task, revision, known: knownOf(act) };
  if (instance === undefined) return startOne(context, order);
  const start = (allowed: TaskInput) => startTask(context, { ...act, task: allowed }, instance, revision);
  return startOne(context, { ...order, start });
}

/** What is known of a canary before it is described. */
export const knownOf = ({ place, containers = [], lacks = [] }: Pick<Start, 'place' | 'containers' | 'lacks'>) => ({
  cluster: place.cluster,
  containers,
  lacks,
});

/** The canary that an act in doubt has started, if ECS shows one besides the one that it takes the place of. */
export async function findCanary(
  context: HandlerContext,
  act: Start,
  {
    revision,
    at: startedAt,
    except,
  }: { readonly revision: string; readonly at: number; readonly except?: string | undefined },
): Promise<TaskLearned | undefined> {
  const started = { cluster: act.place.cluster, startedBy: act.task.startedBy ?? '', run: act.run };
  const [task] = await findStarted(context.aws, started, sleepOn(context), except);
  if (task?.taskArn === undefined) return undefined;
  return learnedOf(task, task.taskArn, { revision, startedAt, known: knownOf(act) });
}

/** StartTask knows no clientToken: before it is repeated, the task is looked for. */
async function startTask(context: HandlerContext, act: Start, instance: string, revision: string) {
  const { cluster, group, networkConfiguration, overrides, startedBy, tags, volumeConfigurations } = act.task;
  const { enableECSManagedTags, enableExecuteCommand, propagateTags } = act.task;
  const given = { group, networkConfiguration, overrides, startedBy, tags, volumeConfigurations, propagateTags };
  const input = { ...given, cluster, enableECSManagedTags, enableExecuteCommand };
  return context.aws.call(
    'ecs',
    'StartTask',
    { ...input, containerInstances: [instance], taskDefinition: revision },
    {
      carriedOut: async () => {
        const { cluster } = act.place;
        const started = { cluster, startedBy: startedBy ?? '', run: act.run };
        const mine = await findStarted(context.aws, started, sleepOn(context));
        return mine.length === 0 ? undefined : { tasks: [...mine], failures: [], $metadata: {} };
      },
    },
  );
}

/** Goes on with the canary of an earlier attempt, and writes on it whose it is from now on. */
export async function resumeCanary(
  { aws, clock, report }: HandlerContext,
  act: Start,
  { revision, task: arn }: { readonly revision: string; readonly task: string },
): Promise<TaskLearned> {
  const [task] = await readTasks(aws, act.place.cluster, [arn]);
  try {
    const tags = (act.task.tags ?? []).filter(isOwnerTag);
    await aws.call('ecs', 'TagResource', { resourceArn: arn, tags });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = `The canary of the earlier attempt keeps its old tags, and other runs may treat it as orphaned: ${error.because}`;
    report({ kind: 'warning', message });
  }
  const startedAt = task?.createdAt?.getTime() ?? clock.now();
  const running = (task?.startedAt?.getTime() ?? startedAt) - startedAt;
  const known = task === undefined ? {} : describedAs(task);
  const quick = task !== undefined && isQuick(task);
  return { arn, revision, startedAt, quick, ...known, ...knownOf(act), ...(running > 0 ? { running } : {}) };
}

/** Asks ECS to stop tasks, which it may have started although it never said so. */
export async function stopTasks(aws: Aws, undo: StopTasks, sleep: Sleep): Promise<void> {
  const tasks = undo.tasks ?? (await findStarted(aws, undo, sleep)).flatMap(({ taskArn }) => taskArn ?? []);
  await allOrThrow(tasks.map((task) => stopTask(aws, undo, task)));
}

/** ListTasks is eventually consistent: a task that was just started can be missing from it for seconds. */
async function findStarted(aws: Aws, started: StartedTasks, sleep: Sleep, except?: string): Promise<readonly Task[]> {
  const read = async () =>
    (await tasksOf(aws, started)).filter(({ taskArn }) => except === undefined || taskArn !== except);
  return readUntil(5, sleep, read, (tasks) => tasks.length > 0);
}

/** The running tasks of one run. A canary without a readable mark counts as the run's own: only one run is let in. */
async function tasksOf(aws: Aws, { cluster, startedBy, run, oneOff }: StartedTasks): Promise<readonly Task[]> {
  const marked = await readMarked(aws, cluster, startedBy, { purpose: oneOff ? 'one-off' : 'canary' });
  return marked.filter(({ mark }) => (mark === undefined ? !oneOff : mark.run === run)).map(({ task }) => task);
}

async function stopTask(aws: Aws, { cluster, oneOff }: StartedTasks, task: string): Promise<void> {
  const why = oneOff ? 'the one-off task is no longer needed' : 'the canary is no longer needed';
  try {
    await aws.call('ecs', 'StopTask', { cluster, task, reason: `ecs-canary-rollout: ${why}` });
  } catch (error) {
    const gone = error instanceof Failure && /not found/i.test(error.because);
    if (!gone) throw error;
  }
}

/** What is known of a task that ECS has described. */
export const describedAs = (task: Task): Pick<TaskLearned, 'task' | 'createdAt'> => ({
  task: seenOf(task),
  ...defined({ createdAt: task.createdAt?.getTime() }),
});

/** The answer of a gate that has asked the canary, which reports what is wrong with containers that are not essential. */
function answerOf(
  context: HandlerContext,
  of: Subject,
  canary: TaskLearned,
  verdict: Verdict,
  news: Partial<TaskLearned>,
  memory: Memory = {},
): Answer {
  const told = reportNonEssential({ ...canary, ...news }, { over: false }, context);
  return { verdict, memory, learned: { tasks: { [of]: { ...news, told } } } };
}

const notBegun: Answer = { verdict: wait('no canary has been started') };

/** Whether the canary runs. `MISSING` right after RunTask only means that ECS does not know it everywhere yet. */
export async function evaluateTasksRunning(
  context: HandlerContext,
  { of, steady = 0 }: Extract<Gate, { kind: 'tasks-running' }>,
  { state }: Pick<GateContext, 'state'>,
  memory: MissingSince,
): Promise<Answer> {
  const canary = taskIn(state, of);
  if (canary === undefined) return notBegun;
  const looked = await lookFor(context, canary, 'the canary', memory);
  if ('verdict' in looked) return answerOf(context, of, canary, looked.verdict, {}, looked.memory);
  const { task } = looked;
  const now = context.clock.now();
  const running = canary.running ?? (task.lastStatus === 'RUNNING' ? now - canary.startedAt : undefined);
  const news = { ...describedAs(task), ...defined({ running }) };
  return answerOf(context, of, canary, judgeRunning(task, { ...canary, ...news }, steady, now), news);
}

function judgeRunning(task: Task, canary: TaskLearned, steady: Duration, now: number): Verdict {
  const { containers, startedAt, running } = canary;
  if (hasEnded(task)) return ended(task, containers);
  const evidence = [evidenceOf(task, containers)];
  const never = failedHealthCheck(task, containers);
  if (never !== undefined) return fail(never, { evidence });
  if (task.lastStatus !== 'RUNNING' || running === undefined) {
    const blocked = brokenDependency(task, containers);
    if (blocked !== undefined) return fail(blocked, { evidence, next: formatDependency });
    return wait(`the canary is ${task.lastStatus}`, { again: nextOfStarting(task), evidence });
  }
  const left = startedAt + running + steady - now;
  // A little later than that: a look that comes early is a look for nothing.
  if (left > 0)
    return wait(`the canary has been RUNNING for less than ${showDuration(steady)}`, { again: 1.12 * left });
  return pass(`the canary ${nameIn(canary.arn)} is RUNNING`, { again: 5 * second });
}

const formatDependency = 'Check the log of the container that the other one waits for.';

function ended(task: Task, roles: TaskLearned['containers']): Verdict {
  return fail(`the canary stopped: ${whyStopped(task)}`, { evidence: [evidenceOf(task, roles)] });
}

/**
 * Whether the essential containers that have a health check are HEALTHY. UNHEALTHY is final: in the service ECS would
 * replace the task.
 */
export async function evaluateContainersHealthy(
  context: HandlerContext,
  gate: Extract<Gate, { kind: 'containers-healthy' }>,
  { state }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  const canary = taskIn(state, gate.of);
  if (canary === undefined) return notBegun;
  const [task] = await readTasks(context.aws, canary.cluster, [canary.arn]);
  const verdict =
    task === undefined
      ? wait('ECS does not show the canary at the moment')
      : judgeContainers(task, canary, gate, context.clock.now());
  return answerOf(context, gate.of, canary, verdict, task === undefined ? {} : describedAs(task));
}

function judgeContainers(
  task: Task,
  canary: TaskLearned,
  gate: Extract<Gate, { kind: 'containers-healthy' }>,
  now: number,
): Verdict {
  if (hasEnded(task)) return ended(task, canary.containers);
  const evidence = [evidenceOf(task, canary.containers)];
  const states = gate.containers.map((name) => ({ name, health: healthOf(task, name) }));
  const sick = states.find(({ health }) => health === 'UNHEALTHY');
  if (sick !== undefined) {
    return fail(`the health check of container ${sick.name} failed: it is UNHEALTHY`, { evidence });
  }
  const waiting = states.filter(({ health }) => health !== 'HEALTHY');
  if (waiting.length === 0) return pass(`HEALTHY: ${gate.containers.join(', ')}`, { again: 5 * second });
  return wait(waiting.map(({ name, health }) => `container ${name} is ${health}`).join(', '), {
    again: Math.min(5 * second, nextOfChecks(task, gate.every, now)),
    evidence,
  });
}

/** Docker checks a container for the first time one interval after its start; ECS needs a moment to hear of it. */
function nextOfChecks({ startedAt }: Task, every: Duration, now: number): Duration {
  const age = Math.max(0, now - (startedAt?.getTime() ?? now));
  return every - (age % every) + 0.5 * second;
}

const healthOf = (task: Task, name: string): string =>
  task.containers?.find((container) => container.name === name)?.healthStatus ?? task.healthStatus ?? 'UNKNOWN';

/** Whether every such task of the run has stopped. */
export async function evaluateTasksStopped(
  { aws, clock }: HandlerContext,
  gate: Extract<Gate, { kind: 'tasks-stopped' }>,
  { state: { learned } }: Pick<GateContext, 'state'>,
): Promise<Answer> {
  const now = clock.now();
  const known = Object.values(learned.tasks).find(({ arn }) => gate.tasks?.includes(arn));
  const { at } = (known === undefined ? undefined : learned.stopped[known.arn]) ?? {};
  const what = gate.oneOff ? 'the one-off task' : 'the canary';
  if (at !== undefined && now - at < second) {
    return { verdict: wait(`${what} was just asked to stop`, { again: (known?.quick ? 3 : 4) * second }) };
  }
  const arns = gate.tasks ?? (await listTasks(aws, gate.cluster, { startedBy: gate.startedBy }, 'STOPPED'));
  const tasks = arns.length === 0 ? [] : await readTasks(aws, gate.cluster, arns);
  const purpose = gate.oneOff ? 'one-off' : 'canary';
  const mine = gate.tasks === undefined ? tasks.filter((task) => readOwnerTag(task, purpose)?.run === gate.run) : tasks;
  const first = mine.find((task) => !isOver(task));
  if (first === undefined) return { verdict: pass(`${what} has stopped`) };
  const again = pollInterval((isQuick(first) ? 1.5 : 3) * second, clock.now() - (known?.startedAt ?? 0));
  return { verdict: wait(`${what} is ${first.lastStatus}`, { again }) };
}
