import { type Duration, minute } from '../model/duration.ts';
import type { Request, RolloutRequest, RunRequest } from '../model/request.ts';

/** The most that all of it can take; a task that is older than this belongs to nobody. */
export function maxDuration(request: Request | Omit<RunRequest, 'revision' | 'task'>): Duration {
  const { timeouts } = request;
  // They wait for the service only: there, and on the way back.
  if (request.command === 'up' || request.command === 'undeploy') return 3 * timeouts.serviceStable + 10 * minute;
  // A few calls.
  if (request.command === 'register') return 10 * minute;
  // It runs, it ends, and where it does not it is stopped.
  if (request.command === 'run') return timeouts.taskRunning + 2 * timeouts.taskStopped + 10 * minute;
  const phases = Object.values<Duration>({ ...timeouts }).reduce((sum, phase) => sum + phase, 0);
  const watched = 'idle' in request ? request.idle + request.bake : 0;
  // Once more the stable timeout, for the way back, and some minutes for the calls between the phases.
  return phases + watched + before(request) + timeouts.serviceStable + 10 * minute;
}

/** What the one-off tasks can take that come before the service is updated. */
function before({ timeouts, ...request }: Pick<Request, 'timeouts'> & Pick<Partial<RolloutRequest>, 'beforePromote'>) {
  const { beforePromote = [] } = request;
  return beforePromote.reduce((sum, { timeout }) => sum + timeouts.taskRunning + timeout, 0);
}
