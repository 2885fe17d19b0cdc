import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { nameIn } from '../../model/arn.ts';
import { type Duration, minute, second } from '../../model/duration.ts';
import { isRefusedCall } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import type { ServiceLearned, Settling } from '../../model/run-state.ts';
import { settledFor, unwatchedFor, watchedFor } from '../../model/steady.ts';
import { fail, pass, type Verdict, wait } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { evidenceOfDeployment, formatDeployment, isSettled, readOwn } from './service.ts';
import { evidenceOf, whyStopped } from './task.ts';

/** A task that died this long before all of them ran makes the deployment one that nothing watches well. */
const recently: Duration = 2 * minute;
/** The longest pause between two looks on the way: a task that dies ends the waiting. */
const longestPause: Duration = 15 * second;

/** Notes what a look at a service shows of its primary deployment. Every look has to be noted, the early ones as well. */
export function noteLook(known: ServiceLearned, service: Service, primary: Deployment, now: number): Settling {
  const id = primary.id ?? '';
  if (known.settling?.id !== id) known.settling = { id, since: now };
  const { settling } = known;
  const isFull = runningOf(service, primary) >= wantedOf(service, primary);
  if (!isSettled(service)) {
    settling.unfinishedAt = now;
    delete settling.doneAt;
  } else if (settling.doneAt === undefined) {
    // ECS may have completed it between two looks; what it says of the moment is used only within that time.
    const said = Math.min(now, primary.updatedAt?.getTime() ?? now);
    settling.doneAt = Math.max(said, settling.unfinishedAt ?? 0);
    // ECS completes nothing of which tasks are missing: those that are have died since.
    settling.deadSince = isFull ? settling.doneAt : (settling.unfinishedAt ?? settling.doneAt);
  }
  if (isFull) settling.fullAt ??= now;
  else {
    delete settling.fullAt;
    delete settling.youngest;
  }
  return settling;
}

const wantedOf = ({ desiredCount }: Service, primary: Deployment): number => desiredCount ?? primary.desiredCount ?? 0;

/** Services whose deployments are not counted by ECS itself show only the counts of the service. */
const runningOf = ({ runningCount = 0 }: Service, primary: Deployment): number => primary.runningCount ?? runningCount;

export interface SteadyGate {
  readonly place: Place;
  /** An essential container has a health check. */
  readonly checked?: boolean;
  /** When this run asked for what the deployment brings; absent when it only looks at what is there. */
  readonly askedAt?: number | undefined;
}

/**
 * Whether a deployment that ECS calls COMPLETED really runs: all its tasks, for a time, and none of them has died since.
 * ECS never takes COMPLETED back, whatever happens to the tasks.
 */
export async function lookSteady(
  aws: Aws,
  { place, checked = false, askedAt }: SteadyGate,
  service: Service,
  primary: Deployment,
  settling: Settling,
  now: number,
): Promise<Verdict> {
  const what = nameIn(primary.taskDefinition ?? '');
  const { doneAt = now, deadSince = doneAt, fullAt } = settling;
  if (wantedOf(service, primary) === 0 && fullAt !== undefined) {
    return pass(`${what} is stable: its desired count is 0`, { again: 10 * second });
  }
  const died = (failed: readonly Task[]): readonly Task[] =>
    failed.filter((task) => stoppedAt(task) >= Math.max(deadSince, askedAt ?? settling.since));
  if (fullAt === undefined) {
    const dead = died(await readFailed(aws, place, primary));
    if (dead.length > 0) return doesNotStayUp(primary, dead);
    return wait(formatDeployment(service, primary), { again: 5 * second, evidence: [evidenceOfDeployment(primary)] });
  }
  const span = checked || (service.loadBalancers?.length ?? 0) > 0 ? watchedFor : unwatchedFor;
  const ran = await ranSince(aws, place, primary, settling, now - span);
  const until = Math.max(ran + span, Math.max(doneAt, askedAt ?? 0) + settledFor);
  const holdOn = (end: number): Verdict => {
    const because = `${formatDeployment(service, primary)}; its tasks must keep running for a while`;
    return wait(because, { again: Math.min(justAfter(end - now), longestPause), settles: end - now });
  };
  if (until > now) return holdOn(until);
  const failed = await readFailed(aws, place, primary);
  const dead = died(failed);
  if (dead.length > 0) return doesNotStayUp(primary, dead);
  // Health checks that passed did not keep these from dying, so a longer time has to tell.
  const recent = failed.some((task) => stoppedAt(task) >= ran - recently);
  if (recent && ran + unwatchedFor > now) return holdOn(ran + unwatchedFor);
  return pass(`${what} is stable`, { again: 10 * second });
}

/** Jitter makes a short pause up to a tenth shorter, and a look that comes early is a look for nothing. */
const justAfter = (left: Duration): Duration => (left < 9 * second ? 1.12 * left : left + 0.1 * second);

/** Since when all tasks run: as ECS says it where the looks do not tell it well enough, as for tasks that ran before them. */
async function ranSince(
  aws: Aws,
  place: Place,
  primary: Deployment,
  settling: Settling,
  enough: number,
): Promise<number> {
  const { fullAt = 0 } = settling;
  if (fullAt <= enough) return fullAt;
  settling.youngest ??= (await youngestStart(aws, place, primary)) ?? fullAt;
  return Math.min(fullAt, settling.youngest);
}

async function youngestStart(aws: Aws, place: Place, primary: Deployment): Promise<number | undefined> {
  const tasks = (await readIfAllowed(aws, place, primary, 'RUNNING')).filter(
    ({ lastStatus }) => lastStatus === 'RUNNING',
  );
  const starts = tasks.flatMap(({ startedAt }) => startedAt?.getTime() ?? []);
  return starts.length >= Math.max(1, primary.runningCount ?? 1) ? Math.max(...starts) : undefined;
}

const stoppedAt = (task: Task): number => (task.stoppedAt ?? task.stoppingAt)?.getTime() ?? 0;

/** The tasks of a deployment that have died by themselves, the newest first. */
async function readFailed(aws: Aws, place: Place, primary: Deployment): Promise<readonly Task[]> {
  const stopped = await readIfAllowed(aws, place, primary, 'STOPPED');
  return stopped.filter(hasFailed).toSorted((a, b) => stoppedAt(b) - stoppedAt(a));
}

function doesNotStayUp(primary: Deployment, dead: readonly Task[]): Verdict {
  const shown = dead.slice(0, 3);
  const tasks = dead.length === 1 ? 'a task of it has' : `${dead.length} tasks of it have`;
  const why = [...new Set(shown.map(whyStopped))].join('; ');
  return fail(
    `${nameIn(primary.taskDefinition ?? '')} does not stay up: ${tasks} died since ECS called the deployment completed: ${why}`,
    { evidence: [evidenceOfDeployment(primary), ...shown.map((task) => evidenceOf(task))] },
  );
}

/** A policy that does not allow ListTasks leaves the counts of the service, which are looked at anyway. */
async function readIfAllowed(
  aws: Aws,
  place: Place,
  primary: Deployment,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<readonly Task[]> {
  try {
    return await readOwn(aws, place, primary, desiredStatus);
  } catch (error) {
    if (isRefusedCall(error)) return [];
    throw error;
  }
}

/**
 * Whether a task died by itself: an essential container ended, or a health check failed. Scaling, a person, Spot and
 * maintenance stop tasks too, and a task that could not be started was never up.
 */
function hasFailed({ stopCode, stoppedReason = '' }: Task): boolean {
  if (stopCode === 'EssentialContainerExited') return true;
  if (/failed .*health checks?/i.test(stoppedReason)) return true;
  return stopCode === undefined && /^Essential container in task exited/i.test(stoppedReason);
}
