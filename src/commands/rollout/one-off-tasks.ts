import type { Gate } from '../../model/gates.ts';
import type { Step } from '../../model/plan.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { theCanary } from '../../model/subject.ts';
import { graceOf } from '../health-check.ts';
import { maxDuration } from '../max-duration.ts';
import { oneOffSteps } from '../one-off.ts';
import { quietGates } from './canary-phase.ts';
import { fromDefinition, likeService } from './canary-task.ts';

/** The one-off tasks that must have done their work before the service is updated, one after the other. */
export function beforePromotion(
  request: ResolvedRollout,
  snapshot: Snapshot,
  revision: string | undefined,
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
      beside: besideCanary(request, snapshot),
    }),
  );
}

/** A canary that was good must stay so meanwhile. */
function besideCanary(request: ResolvedRollout, { attachments, service }: Snapshot): readonly Gate[] {
  if (request.strategy !== 'canary-task') return quietGates(request);
  const of = theCanary;
  const targets: readonly Gate[] =
    attachments.length === 0 ? [] : [{ kind: 'targets-healthy', of, grace: graceOf(service) }];
  return [{ kind: 'tasks-running', of }, ...targets, ...quietGates(request)];
}
