import type { Orphan } from '../../model/acts.ts';
import type { Clock } from '../../model/clock.ts';
import { Failure, formatError } from '../../model/failure.ts';
import { defined } from '../../model/json.ts';
import { startedByOf } from '../../model/owner-tags.ts';
import type { Place } from '../../model/place.ts';
import type { SweepRequest } from '../../model/request.ts';
import type { Canary, Snapshot, SweepSnapshot } from '../../model/snapshot.ts';
import type { Attachment, Target } from '../../model/targets.ts';
import type { Split } from '../../model/traffic.ts';
import type { Aws } from '../client/account.ts';
import { findService, isAbsent } from '../handlers/service.ts';
import { addressOf, instanceOf, keyOf, type RegisteredTarget, registeredTargets } from '../handlers/target.ts';
import { listTasks, type MarkedTask, readListed, readMarked } from '../handlers/task.ts';
import { readAttachments } from './target-groups.ts';
import { readServiceSplits } from './traffic.ts';

/** Reads everything that rollouts of a service left behind; the service itself may no longer exist. */
export async function takeSweepSnapshot(
  aws: Aws,
  { place }: Pick<SweepRequest, 'place'>,
  clock: Clock,
): Promise<SweepSnapshot> {
  const at = clock.now();
  const [service, marked, oneOffs] = await Promise.all([
    findService(aws, place),
    readOwnedTasks(aws, place),
    readMarked(aws, place.cluster, startedByOf(place.service, 'one-off'), { purpose: 'one-off' }),
  ]);
  const attachments = isAbsent(service) ? [] : await readAttachments(aws, service.loadBalancers ?? []);
  const { splits, noRoutes } = await readSplitsIfAllowed(aws, place, attachments);
  const traces = await readTraces(aws, place, marked, attachments);
  const { canaries, ended, orphanTargets } = withExpiries(traces, splits);
  const known = [...canaries, ...ended].flatMap(({ targets }) => targets);
  const unknownTargets = await readUnknownTargets(aws, place, known, attachments);
  return {
    at,
    canaries,
    oneOffs: await oneOffsFrom(aws, place, oneOffs),
    orphanTargets,
    unknownTargets,
    splits,
    ...defined({ noRoutes }),
    ...(isAbsent(service) ? { noService: service.because } : {}),
    ...(isAbsent(service) || service.serviceArn === undefined ? {} : { serviceArn: service.serviceArn }),
  };
}

/** A policy for other strategies does not allow to read listener rules: there tasks and targets are cleaned up all the same. */
async function readSplitsIfAllowed(
  aws: Aws,
  place: Place,
  attachments: readonly Attachment[],
): Promise<{ readonly splits: readonly Split[]; readonly noRoutes?: string }> {
  try {
    return { splits: await readServiceSplits(aws, place, attachments) };
  } catch (error) {
    if (error instanceof Failure) return { splits: [], noRoutes: formatError(error) };
    throw error;
  }
}

/** Canary tasks of a service, found by their owner tags. */
export interface OwnedTasks {
  readonly running: readonly MarkedTask[];
  readonly stopped: readonly MarkedTask[];
}

export const hasWeighted = ({ running, stopped }: OwnedTasks): boolean =>
  [...running, ...stopped].some(({ mark }) => mark?.weighted);

/** A canary of a weighted rollout is alive as long as the owner tags of its target group say so. */
export function withExpiries<T extends Pick<Snapshot, 'canaries'>>(traces: T, splits: readonly Split[]): T {
  const canaries = traces.canaries.map((canary) => {
    const split = canary.weighted ? splits.find(({ run }) => run === canary.run) : undefined;
    return split === undefined ? canary : { ...canary, expires: split.expires };
  });
  return { ...traces, canaries };
}

/** Reads the canary tasks of a service; ECS lists stopped ones for an hour. */
export async function readOwnedTasks(aws: Aws, { cluster, service }: Place): Promise<OwnedTasks> {
  const startedBy = startedByOf(service);
  const [running, stopped] = await Promise.all([
    readMarked(aws, cluster, startedBy),
    readMarked(aws, cluster, startedBy, { desiredStatus: 'STOPPED' }),
  ]);
  return { running, stopped };
}

/** Reads the targets of canaries in the target groups of the service, orphan targets included. */
export async function readTraces(
  aws: Aws,
  place: Place,
  { running, stopped }: OwnedTasks,
  attachments: readonly Attachment[],
): Promise<Pick<Snapshot, 'canaries' | 'ended' | 'orphanTargets'>> {
  const canaries = await canariesFrom(aws, place, running, attachments);
  const ended = await canariesFrom(aws, place, stopped, attachments);
  return { canaries, ended, orphanTargets: await readOrphanTargets(aws, place, ended, canaries, attachments) };
}

/** Reads targets that belong to no known task. Instance targets are skipped: other tasks can use their ports. */
async function readUnknownTargets(
  aws: Aws,
  place: Place,
  known: readonly Target[],
  attachments: readonly Attachment[],
): Promise<SweepSnapshot['unknownTargets']> {
  const groups = [
    ...new Set(attachments.filter(({ targetType }) => targetType === 'ip').map(({ targetGroup }) => targetGroup)),
  ];
  if (groups.length === 0) return [];
  const [own, ...registered] = await Promise.all([
    serviceTargets(aws, place, attachments),
    ...groups.map((group) => registeredTargets(aws, group)),
  ]);
  const explained = new Set([...own, ...known.map(keyOf)]);
  return registered.flat().filter((target) => !/draining/.test(target.state) && !explained.has(keyOf(target)));
}

/** Combines canary tasks with their targets and owner tags. */
async function canariesFrom(
  aws: Aws,
  { cluster, service }: Place,
  marked: readonly MarkedTask[],
  attachments: readonly Attachment[],
): Promise<readonly Canary[]> {
  const ownTasks = marked.filter(({ mark }) => mark === undefined || mark.service === service);
  return Promise.all(
    ownTasks.map(async ({ arn, task, mark }) => ({
      task: arn,
      run: mark?.run ?? '',
      attempt: mark?.attempt ?? 0,
      expires: mark?.expires ?? 0,
      revision: task.taskDefinitionArn ?? '',
      createdAt: task.createdAt?.getTime() ?? 0,
      // That of a weighted rollout is in target groups of its own.
      targets: mark?.weighted ? [] : await targetsOf(aws, cluster, task, attachments),
      drain: Math.max(0, ...attachments.map((attachment) => attachment.drain)),
      ...(mark?.weighted ? { weighted: true as const } : {}),
    })),
  );
}

/** The one-off tasks that a run waits for; the others were started with `wait: false`. */
async function oneOffsFrom(aws: Aws, place: Place, marked: readonly MarkedTask[]): Promise<readonly Canary[]> {
  const awaited = marked.filter(({ mark }) => mark !== undefined && mark.expires > 0);
  return (await canariesFrom(aws, place, awaited, [])).map((task) => ({ ...task, oneOff: true }));
}

async function targetsOf(
  aws: Aws,
  cluster: string,
  task: MarkedTask['task'],
  attachments: readonly Attachment[],
): Promise<readonly Target[]> {
  // Only instance target groups need the instance of a task.
  const needed = attachments.some(({ targetType }) => targetType !== 'ip');
  const instance = needed ? await instanceOf(aws, cluster, task) : undefined;
  return attachments.flatMap((attachment): Target[] => {
    const address = addressOf(task, attachment, instance);
    return address === undefined ? [] : [{ targetGroup: attachment.targetGroup, ...address }];
  });
}

/** Reads the targets that stopped canaries left registered. Healthy targets belong to another task by now. */
async function readOrphanTargets(
  aws: Aws,
  place: Place,
  ended: readonly Canary[],
  running: readonly Canary[],
  attachments: readonly Attachment[],
): Promise<readonly Orphan[]> {
  if (ended.every(({ targets }) => targets.length === 0)) return [];
  const groups = [...new Set(attachments.map(({ targetGroup }) => targetGroup))];
  const registered = (await Promise.all(groups.map((group) => registeredTargets(aws, group)))).flat();
  const orphaned = new Set(registered.filter(isOrphan).map(keyOf));
  const leftBehind = ended.map((canary) => ({
    ...canary,
    targets: canary.targets.filter((one) => orphaned.has(keyOf(one))),
  }));
  if (leftBehind.every(({ targets }) => targets.length === 0)) return [];
  // AWS may have assigned the address or port to another task since.
  const inUse = new Set([
    ...running.flatMap(({ targets }) => targets).map(keyOf),
    ...(await serviceTargets(aws, place, attachments)),
  ]);
  return leftBehind.flatMap(({ run, targets, drain }): Orphan[] => {
    const orphanTargets = targets.filter((target) => !inUse.has(keyOf(target)));
    return orphanTargets.length === 0 ? [] : [{ run, targets: orphanTargets, drain }];
  });
}

/** Neither healthy nor being deregistered. */
const isOrphan = ({ state }: RegisteredTarget): boolean => state !== 'healthy' && !/draining/.test(state);

const serviceTargets = async (
  aws: Aws,
  place: Place,
  attachments: readonly Attachment[],
): Promise<ReadonlySet<string>> => new Set((await targetsOfService(aws, place, attachments)).map(keyOf));

/** Reads the targets of the service's own tasks. */
export async function targetsOfService(
  aws: Aws,
  { cluster, service }: Place,
  attachments: readonly Attachment[],
): Promise<readonly Target[]> {
  const arns = await listTasks(aws, cluster, { serviceName: service });
  const tasks = arns.length === 0 ? [] : await readListed(aws, cluster, arns);
  return (await Promise.all(tasks.map((task) => targetsOf(aws, cluster, task, attachments)))).flat();
}
