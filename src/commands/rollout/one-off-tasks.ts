import type { Gate } from '../../model/gates.ts';
import type { Step } from '../../model/plan.ts';
import { maxDuration } from '../max-duration.ts';
import { oneOffSteps } from '../one-off.ts';
import { fromDefinition, likeService } from './service-task.ts';
import type { Rollout } from './strategies/strategy.ts';

/** The one-off tasks that must succeed before the service is updated, one after the other. */
export function beforePromotion(
  { request, snapshot, revision }: Rollout,
  /** What else must hold while they run. */
  beside: readonly Gate[],
): readonly Step[] {
  const { place, run, timeouts, tasksBefore = [] } = request;
  return tasksBefore.flatMap((task, index) =>
    oneOffSteps({
      place,
      run,
      subject: place.service,
      task,
      launch: likeService(request, snapshot),
      propagated: fromDefinition(request, snapshot),
      revision,
      timeouts,
      within: task.timeout,
      token: `${run.token}-${index + 1}`,
      expires: snapshot.at + maxDuration(request),
      judges: 'new-version',
      wait: true,
      beside,
    }),
  );
}
