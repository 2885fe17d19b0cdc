import type { Drills } from '../../../model/drill.ts';
import { cancelledAt, rolloutDrills } from './drills.ts';

/** How a deployment can go in which ECS moves the traffic. */
export function nativeDrills({ tasksBefore }: { readonly tasksBefore: boolean }): Drills {
  const [happy, ...others] = rolloutDrills({
    tasksBefore,
    // Before the first traffic nothing but new tasks has been there.
    bad: 'rejected',
    needs: ['tasks'],
    noCapacity: {
      title: 'there is no capacity for the new tasks',
      expected: tasksBefore ? ['failed', 'rejected'] : ['rejected'],
    },
    inService: [
      {
        title: 'the new version crashes later, with traffic or without',
        tag: 'crash-late',
        expected: ['rolled-back', 'rejected'],
        needs: ['tasks', 'targets'],
      },
      {
        title: 'a container crashes, and StopServiceDeployment is denied',
        tag: 'crash',
        faults: [{ service: 'ecs', operation: 'StopServiceDeployment', fault: 'deny' }],
        expected: ['rejected', 'rolled-back'],
        needs: ['tasks'],
      },
    ],
    cancelled: [
      cancelledAt('start-service-deployment', 'while ECS starts the new tasks', ['tasks']),
      cancelledAt('bake', 'while the new version has traffic', ['tasks']),
    ],
  });
  // There is no such step: ECS's circuit breaker does not apply, and the service is not updated by the action alone.
  return [happy, ...others.filter(({ cancelAt }) => cancelAt !== 'promote')];
}
