import { type Duration, minute } from '../core/duration.ts';
import type { Request } from '../core/request.ts';

/** The most that all of it can take; a canary that is older than this belongs to nobody. */
export function longest(request: Request): Duration {
  const { timeouts } = request;
  // They wait for the service only: there, and on the way back.
  if (request.command === 'up' || request.command === 'undeploy') return 3 * timeouts.serviceStable + 10 * minute;
  const phases = Object.values<Duration>({ ...timeouts }).reduce((sum, phase) => sum + phase, 0);
  const watched = 'idle' in request ? request.idle + request.bake : 0;
  // Once more the stable timeout, for the way back, and some minutes for the calls between the phases.
  return phases + watched + timeouts.serviceStable + 10 * minute;
}
