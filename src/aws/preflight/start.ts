import type { Task } from '@aws-sdk/client-ecs';
import type { Duration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import type { Aws } from '../client/account.ts';
import { listTasks, readTasks } from '../handlers/task.ts';

/** Returns the median time that up to 10 tasks of the service took to start (createdAt to startedAt); `undefined` if unknown. */
export async function readStart(aws: Aws, { cluster, service: serviceName }: Place): Promise<Duration | undefined> {
  try {
    const taskArns = await listTasks(aws, cluster, { serviceName });
    const tasks = taskArns.length === 0 ? [] : await readTasks(aws, cluster, taskArns.slice(0, 10));
    const took = tasks.flatMap(startOf).toSorted((a, b) => a - b);
    return took[Math.floor(took.length / 2)];
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function startOf({ createdAt, startedAt }: Task): readonly Duration[] {
  if (createdAt === undefined || startedAt === undefined) return [];
  const took = startedAt.getTime() - createdAt.getTime();
  return took > 0 ? [took] : [];
}
