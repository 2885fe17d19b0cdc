import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { type Duration, minute, second, showDuration } from '../../model/duration.ts';

/** A new container instance of an Auto Scaling group takes this long at most, so a task may find room until then. */
const placedWithin: Duration = 5 * minute;
/** A large image on a slow host takes this long to be pulled. */
const startedWithin: Duration = 10 * minute;
/** ECS counts failed tasks in a row: one that becomes healthy sets the count to 0 (Deployment.failedTasks). */
const failsInARow = 3;

/** A deployment of another run, and how many of its tasks had failed at the first look. */
export interface Rival {
  readonly id: string;
  readonly failed: number;
}

/**
 * Why a deployment cannot be expected to end by itself; nothing while it can. Without a circuit breaker ECS starts tasks
 * that fail for as long as the deployment is there.
 */
export function whyEndless(service: Service, primary: Deployment, first: Rival, now: number): string | undefined {
  const { failedTasks: failed = 0, runningCount: running = 0, desiredCount = 0, createdAt } = primary;
  const age = now - (createdAt?.getTime() ?? now);
  const breaks = service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true;
  if (!breaks) {
    if (isUnplaceable(service, primary)) {
      const why = 'ECS cannot place its tasks, and the service has no deployment circuit breaker that would end it';
      return age < placedWithin ? undefined : why;
    }
    // Behind a load balancer a task that never becomes healthy runs until its checks have failed.
    const grows = failed >= first.failed + failsInARow;
    if (failed >= failsInARow && (running === 0 || grows)) {
      return 'its tasks keep failing, and the service has no deployment circuit breaker that would end it';
    }
  }
  const stuck = desiredCount > 0 && running === 0 && age >= startedWithin;
  return stuck ? `none of its tasks has started for ${showDuration(age)}` : undefined;
}

/** The newest event of the service since the deployment began says that no instance has room for a task. */
function isUnplaceable({ events = [] }: Service, { createdAt }: Deployment): boolean {
  const time = (date: Date | undefined): number => date?.getTime() ?? 0;
  const [newest] = events
    .filter((event) => time(event.createdAt) >= time(createdAt) - second)
    .toSorted((a, b) => time(b.createdAt) - time(a.createdAt));
  return /unable to place a task/i.test(newest?.message ?? '');
}
