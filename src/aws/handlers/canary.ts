import type { Task } from '@aws-sdk/client-ecs';
import type { Act } from '../../model/acts.ts';
import { allOrThrow } from '../../model/all-or-throw.ts';
import { nameIn } from '../../model/arn.ts';
import { type Duration, second, showDuration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Gate, StartedTasks } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import { readOwnerTag } from '../../model/owner-tags.ts';
import type { Undo } from '../../model/undos.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { pollInterval } from './calm.ts';
import { brokenDependency, failedHealthCheck } from './container-health.ts';
import { type HandlerContext, sleepOn } from './context.ts';
import type { CanaryFound, TaskFound } from './found.ts';
import {
  hasEnded,
  isOver,
  isQuick,
  lookFor,
  nextOfStarting,
  notStarted,
  withoutTagsIfForbidden,
} from './started-tasks.ts';
import { evidenceOf, listTasks, readMarked, readTasks, whyStopped } from './task.ts';

type Start = Extract<Act, { kind: 'start-canary' }>;
type StopTasks = Extract<Undo, { kind: 'stop-tasks' }>;
type Sleep = (duration: Duration) => Promise<void>;

/** How tasks are stopped again; with `tasks` once their ARNs are known. */
export function stopUndo({
  region,
  stopWithin,
  ...what
}: StartedTasks & { readonly region: string; readonly stopWithin: Duration; readonly title?: string }): StopTasks {
  const { cluster, startedBy, run, title = 'stop the canary task' } = what;
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
    region,
    ...started,
    verify: { kind: 'check', gates: [{ kind: 'tasks-stopped', ...started }], within: stopWithin },
    byHand:
      tasks === undefined
        ? `aws ecs list-tasks --region ${region} --cluster ${cluster} --started-by ${startedBy}   # then: aws ecs stop-task`
        : tasks.map((task) => `aws ecs stop-task --region ${region} --cluster ${cluster} --task ${task}`).join('\n'),
  };
}

/** Starts one canary task; RunTask's `failures` are a refusal, and a lost answer never starts a second one. */
export async function startCanary(context: HandlerContext, act: Start, revision: string): Promise<CanaryFound> {
  const startedAt = context.clock.now();
  const { instance, ...input } = act.task;
  const { tasks, failures } = await withoutTagsIfForbidden('canary', input, context.report, (allowed) =>
    instance === undefined
      ? // With a clientToken the same call gives the same task, however often it is repeated.
        context.aws.call('ecs', 'RunTask', { ...allowed, taskDefinition: revision, count: 1 })
      : startTask(context, { ...act, task: allowed }, instance, revision),
  );
  const [task] = tasks ?? [];
  if (task?.taskArn === undefined) throw notStarted(failures ?? []);
  return { arn: task.taskArn, startedAt, quick: isQuick(task), ...knownOf(act) };
}

/** What is known of a canary before it is described. */
const knownOf = ({ containers = [], lacks = [] }: Pick<Start, 'containers' | 'lacks'>) => ({
  containers,
  lacks,
  told: new Set<string>(),
});

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

/** Goes on with a canary that runs already, and writes on it whose it is from now on. */
export async function adoptCanary(
  context: HandlerContext,
  act: Extract<Act, { kind: 'adopt-canary' }>,
): Promise<CanaryFound> {
  const { aws, clock, report } = context;
  const [task] = await readTasks(aws, act.place.cluster, [act.canary.task]);
  try {
    await aws.call('ecs', 'TagResource', { resourceArn: act.canary.task, tags: [...act.tags] });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = `The canary of the earlier attempt keeps its old tags, and other runs may take it for a stray: ${error.because}`;
    report({ kind: 'warning', message });
  }
  const startedAt = task?.createdAt?.getTime() ?? clock.now();
  const running = (task?.startedAt?.getTime() ?? startedAt) - startedAt;
  const known = task === undefined ? {} : { task };
  const quick = task !== undefined && isQuick(task);
  return { arn: act.canary.task, startedAt, quick, ...known, ...knownOf(act), ...(running > 0 ? { running } : {}) };
}

/** Asks ECS to stop tasks, which it may have started although it never said so. */
export async function stopTasks(aws: Aws, undo: StopTasks, sleep: Sleep): Promise<void> {
  const tasks = undo.tasks ?? (await findStarted(aws, undo, sleep)).flatMap(({ taskArn }) => taskArn ?? []);
  await allOrThrow(tasks.map((task) => stopTask(aws, undo, task)));
}

/** ListTasks is eventually consistent: a task that was just started can be missing from it for seconds. */
async function findStarted(aws: Aws, started: StartedTasks, sleep: Sleep): Promise<readonly Task[]> {
  for (let look = 1; ; look++) {
    const tasks = await tasksOf(aws, started);
    if (tasks.length > 0 || look === 5) return tasks;
    await sleep(2 * second);
  }
}

/** The running tasks of one run. A canary without a readable mark counts as the run's own: only one run is let in. */
async function tasksOf(aws: Aws, { cluster, startedBy, run, oneOff }: StartedTasks): Promise<readonly Task[]> {
  const marked = await readMarked(aws, cluster, startedBy, { purpose: oneOff ? 'one-off' : 'canary' });
  return marked.filter(({ mark }) => (mark === undefined ? !oneOff : mark.run === run)).map(({ task }) => task);
}

async function stopTask(aws: Aws, { cluster, oneOff }: StartedTasks, task: string): Promise<void> {
  const why = oneOff ? 'the one-off task is not wanted any more' : 'the canary has done its work';
  try {
    await aws.call('ecs', 'StopTask', { cluster, task, reason: `ecs-canary-rollout: ${why}` });
  } catch (error) {
    const gone = error instanceof Failure && /not found/i.test(error.because);
    if (!gone) throw error;
  }
}

/** Whether the canary runs. `MISSING` right after RunTask only means that ECS does not know it everywhere yet. */
export async function evaluateTasksRunning(
  aws: Aws,
  cluster: string,
  canary: CanaryFound,
  { steady = 0 }: Pick<Extract<Gate, { kind: 'tasks-running' }>, 'steady'>,
  now: () => number,
): Promise<Verdict> {
  const task = await lookFor(aws, cluster, canary, 'the canary', now);
  if ('because' in task) return task;
  if (hasEnded(task)) return ended(task, canary.containers);
  const never = failedHealthCheck(task, canary.containers ?? []);
  if (never !== undefined) return fail(never, { evidence: [evidenceOf(task, canary.containers)] });
  if (task.lastStatus !== 'RUNNING') {
    const blocked = brokenDependency(task, canary.containers ?? []);
    if (blocked !== undefined)
      return fail(blocked, { evidence: [evidenceOf(task, canary.containers)], next: formatDependency });
    return wait(`the canary is ${task.lastStatus}`, {
      again: nextOfStarting(task),
      evidence: [evidenceOf(task, canary.containers)],
    });
  }
  canary.running ??= now() - canary.startedAt;
  const left = canary.startedAt + canary.running + steady - now();
  // A little later than that: a look that comes early is a look for nothing.
  if (left > 0) return wait(`the canary is RUNNING for less than ${showDuration(steady)}`, { again: 1.12 * left });
  return pass(`the canary ${nameIn(canary.arn)} is RUNNING`, { again: 5 * second });
}

const formatDependency = 'Look at the log of the container that is waited for: the other one starts only after it.';

function ended(task: Task, roles: CanaryFound['containers']): Verdict {
  return fail(`the canary stopped: ${whyStopped(task)}`, { evidence: [evidenceOf(task, roles)] });
}

/**
 * Whether the essential containers that have a health check are HEALTHY. UNHEALTHY is final: in the service ECS would
 * replace the task.
 */
export async function evaluateContainersHealthy(
  aws: Aws,
  cluster: string,
  canary: CanaryFound,
  gate: Extract<Gate, { kind: 'containers-healthy' }>,
  now: () => number,
): Promise<Verdict> {
  const [task] = await readTasks(aws, cluster, [canary.arn]);
  if (task === undefined) return wait('ECS does not show the canary at the moment');
  canary.task = task;
  if (hasEnded(task)) return ended(task, canary.containers);
  const states = gate.containers.map((name) => ({ name, health: healthOf(task, name) }));
  const sick = states.find(({ health }) => health === 'UNHEALTHY');
  if (sick !== undefined) {
    return fail(`the health check of container ${sick.name} failed: it is UNHEALTHY`, {
      evidence: [evidenceOf(task, canary.containers)],
    });
  }
  const waiting = states.filter(({ health }) => health !== 'HEALTHY');
  if (waiting.length === 0) return pass(`HEALTHY: ${gate.containers.join(', ')}`, { again: 5 * second });
  return wait(waiting.map(({ name, health }) => `container ${name} is ${health}`).join(', '), {
    again: Math.min(5 * second, nextOfChecks(task, gate.every, now())),
    evidence: [evidenceOf(task, canary.containers)],
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
  aws: Aws,
  gate: Extract<Gate, { kind: 'tasks-stopped' }>,
  known: TaskFound | undefined,
  now: () => number,
): Promise<Verdict> {
  const what = gate.oneOff ? 'the one-off task' : 'the canary';
  if (known?.stoppedAt !== undefined && now() - known.stoppedAt < second) {
    return wait(`${what} was just asked to stop`, { again: (known.quick ? 3 : 4) * second });
  }
  const arns = gate.tasks ?? (await listTasks(aws, gate.cluster, { startedBy: gate.startedBy }, 'STOPPED'));
  const tasks = arns.length === 0 ? [] : await readTasks(aws, gate.cluster, arns);
  const purpose = gate.oneOff ? 'one-off' : 'canary';
  const mine = gate.tasks === undefined ? tasks.filter((task) => readOwnerTag(task, purpose)?.run === gate.run) : tasks;
  const first = mine.find((task) => !isOver(task));
  if (first === undefined) return pass(`${what} has stopped`);
  return wait(`${what} is ${first.lastStatus}`, {
    again: pollInterval((isQuick(first) ? 1.5 : 3) * second, now() - (known?.startedAt ?? 0)),
  });
}
