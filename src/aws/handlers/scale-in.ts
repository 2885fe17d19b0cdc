import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { Act } from '../../model/acts.ts';
import { nameIn } from '../../model/arn.ts';
import { Failure } from '../../model/failure.ts';
import type { Place } from '../../model/place.ts';
import type { Undo } from '../../model/undos.ts';
import type { Aws } from '../client/account.ts';
import type { HandlerContext } from './context.ts';
import { readService } from './service.ts';

/** How Application Auto Scaling identifies a service. */
export const scalableTarget = ({ cluster, service }: Place) =>
  ({
    ServiceNamespace: 'ecs',
    ResourceId: `service/${nameIn(cluster)}/${service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  }) as const;

/** Reads the scalable target of a service; `undefined` when Application Auto Scaling does not manage it. */
export async function readScalableTarget(aws: Aws, place: Place): Promise<ScalableTarget | undefined> {
  const { ServiceNamespace, ResourceId, ScalableDimension } = scalableTarget(place);
  const { ScalableTargets = [] } = await aws.call('application-autoscaling', 'DescribeScalableTargets', {
    ServiceNamespace,
    ResourceIds: [ResourceId],
    ScalableDimension,
  });
  return ScalableTargets[0];
}

/** Whether scale-in is suspended now by this act; a warning says why not. */
export async function suspendScaleIn(
  context: HandlerContext,
  { place }: Extract<Act, { kind: 'suspend-scale-in' }>,
): Promise<boolean> {
  const target = await readScalableTarget(context.aws, place);
  if (target === undefined) return false;
  if (target.SuspendedState?.DynamicScalingInSuspended) return true;
  const outside = await countOutside(context.aws, place, target);
  if (outside !== undefined) {
    const message = `Scale-in of ${place.service} is not suspended: ${outside}. It can remove tasks while the canary receives requests.`;
    context.report({ kind: 'warning', message });
    return false;
  }
  await setSuspended(context.aws, place, target, true);
  return true;
}

/** Resumes scale-in, if it was not suspended before. Leaves a scalable target alone that is gone or that another process has resumed. */
export async function resumeScaleIn(
  aws: Aws,
  { place, found }: Extract<Undo, { kind: 'resume-scale-in' }>,
): Promise<void> {
  if (found.scaleInSuspended) return;
  const target = await readScalableTarget(aws, place);
  if (target?.SuspendedState?.DynamicScalingInSuspended !== true) return;
  const outside = await countOutside(aws, place, target);
  if (outside !== undefined) {
    const next = 'Resume scale-in by hand when the number of tasks is within the limits again.';
    throw new Failure('application-autoscaling:RegisterScalableTarget', { kind: 'verdict', because: outside, next });
  }
  await setSuspended(aws, place, target, false);
}

/** RegisterScalableTarget moves the number of tasks into the limits, even if it sends neither of them. */
async function countOutside(
  aws: Aws,
  place: Place,
  { MinCapacity = 0, MaxCapacity = 0 }: ScalableTarget,
): Promise<string | undefined> {
  const { desiredCount = 0 } = await readService(aws, place);
  if (desiredCount >= MinCapacity && desiredCount <= MaxCapacity) return undefined;
  return `Application Auto Scaling would change the number of tasks, which is ${desiredCount} and outside of its limits ${MinCapacity} to ${MaxCapacity}`;
}

async function setSuspended(
  aws: Aws,
  place: Place,
  { SuspendedState }: ScalableTarget,
  suspended: boolean,
): Promise<void> {
  const { DynamicScalingOutSuspended = false, ScheduledScalingSuspended = false } = SuspendedState ?? {};
  await aws.call('application-autoscaling', 'RegisterScalableTarget', {
    ...scalableTarget(place),
    SuspendedState: {
      DynamicScalingInSuspended: suspended,
      DynamicScalingOutSuspended,
      ScheduledScalingSuspended,
    },
  });
}
