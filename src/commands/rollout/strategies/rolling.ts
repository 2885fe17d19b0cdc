import type { Snapshot } from '../../../model/snapshot.ts';
import { batchOf } from '../../dry-run/capacity.ts';
import { quietGates } from '../../steps.ts';
import { beforePromotion } from '../one-off-tasks.ts';
import { promotion } from '../promotion.ts';
import { serviceAfter } from '../settings.ts';
import { failsInService, rolloutDrills } from './drills.ts';
import type { StrategyPlan, Support } from './strategy.ts';

/** Updates the service directly and follows the deployment. */
export const rolling: StrategyPlan = {
  supports(request, snapshot) {
    const support = supportsRolling(snapshot);
    const { portRoom, service } = snapshot;
    if (support.is !== 'yes' || portRoom === undefined || service.schedulingStrategy === 'DAEMON') return support;
    // ECS stops a task before it starts another one only if fewer tasks than desired may run meanwhile.
    const { desired, least } = batchOf(serviceAfter(request, snapshot));
    return least < desired ? support : { is: 'yes', given: 'with a minimumHealthyPercent below 100' };
  },
  steps: (rollout) => [...beforePromotion(rollout, quietGates(rollout.request)), ...promotion(rollout, [])],
  canaries: () => 0,
  drills: ({ tasksBefore }) =>
    rolloutDrills({
      tasksBefore,
      bad: 'rolled-back',
      // Without tasks, nothing shows how a version behaves.
      needs: ['tasks'],
      noCapacity: {
        title: 'there is no capacity for the new tasks',
        expected: tasksBefore ? ['failed', 'rejected'] : ['rolled-back'],
      },
      inService: [failsInService('crash', true)],
      cancelled: [],
    }),
  texts: { notes: () => [], warnings: () => [] },
};

/** Whether ECS replaces the tasks of the service one by one: what these strategies end with. */
export function supportsRolling({ service }: Snapshot): Support {
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    return {
      is: 'never',
      because: `the service is deployed by ${controller}, not by ECS: UpdateService cannot give it a new task definition`,
      next: 'create it with the deployment controller ECS to use this action',
    };
  }
  const deployment = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (deployment === 'ROLLING') return { is: 'yes' };
  return {
    is: 'never',
    because: `the service has the deployment strategy ${deployment}: ECS starts a second set of tasks and moves the traffic itself`,
  };
}
