import { type Duration, minute } from '../model/duration.ts';
import type { Request, RolloutRequest, RunRequest } from '../model/request.ts';

/** The longest that a run can take; an older task is an orphan. */
export function maxDuration(request: Request | Omit<RunRequest, 'revision' | 'task'>): Duration {
  const { timeouts } = request;
  // They only wait for the service: once forward, and for the undo.
  if (request.command === 'up' || request.command === 'undeploy') return 3 * timeouts.serviceStable + 10 * minute;
  // A few calls.
  if (request.command === 'register') return 10 * minute;
  // The task starts, ends, or is stopped.
  if (request.command === 'run') return timeouts.taskRunning + 2 * timeouts.taskStopped + 10 * minute;
  const phases = Object.values<Duration>({ ...timeouts }).reduce((sum, phase) => sum + phase, 0);
  const watched = 'idle' in request ? request.idle + request.bake : 0;
  // The stable timeout once more for a rollback, and some minutes for the calls between the phases.
  return phases + watched + before(request) + timeouts.serviceStable + 10 * minute;
}

/** The longest that the one-off tasks before the update can take. */
function before({ timeouts, ...request }: Pick<Request, 'timeouts'> & Pick<Partial<RolloutRequest>, 'beforePromote'>) {
  const { beforePromote = [] } = request;
  return beforePromote.reduce((sum, { timeout }) => sum + timeouts.taskRunning + timeout, 0);
}
