import { type Duration, second } from '../../model/duration.ts';

/**
 * The pause before the next look, from `soonest` to five seconds: the longer the rollout has taken, the less a look that
 * comes late adds to it.
 */
export function pollInterval(soonest: Duration, elapsed: Duration): Duration {
  return Math.max(soonest, Math.min(5 * second, 0.03 * elapsed));
}
