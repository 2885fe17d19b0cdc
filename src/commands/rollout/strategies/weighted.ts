import type { DrillFault } from '../../../model/drill.ts';
import { tagWarnings } from './canary-task.ts';
import { cancelledAt, failsInService, rolloutDrills } from './drills.ts';
import type { StrategyPlan } from './strategy.ts';
import { mostTasks } from './weighted/traffic-plan.ts';
import { weightedSteps } from './weighted/weight-steps.ts';
import { supportsWeights } from './weighted/weight-support.ts';
import { weightNotes, weightWarnings } from './weighted/weight-texts.ts';

/** Moves requests to canary tasks in steps, and updates the service after the last step has passed. */
export const weighted: StrategyPlan = {
  supports: supportsWeights,
  steps: weightedSteps,
  canaries: mostTasks,
  drills: ({ tasksBefore }) => [
    ...rolloutDrills({
      tasksBefore,
      bad: 'rejected',
      needs: [],
      noCapacity: { title: 'there is no capacity for the canary', expected: ['failed', 'rejected'] },
      inService: [failsInService('fails-in-service', false, 'the service fails after the canary passed')],
      cancelled: [
        cancelledAt('start-canaries', 'while the canary starts'),
        cancelledAt('set-weight', 'while the canary receives requests'),
      ],
    }),
    { title: 'a canary task crashes while it receives requests', tag: 'crash-late', expected: ['rejected'] },
    { title: 'ELB denies the first change of a listener', faults: [denied(1)], expected: ['failed'] },
    { title: 'ELB denies a change of the weights', faults: [denied(2)], expected: ['failed'] },
    { title: 'the response to a change of the weights is lost', faults: [lost], expected: ['succeeded'] },
  ],
  texts: {
    notes: weightNotes,
    warnings: (request, snapshot) => [...weightWarnings(request, snapshot), ...tagWarnings(request, snapshot)],
  },
};

const writes = { service: 'elbv2', operation: 'ModifyListener', times: 1 } as const;

/** The nth change of a listener; a rehearsal has no other rules. */
const denied = (from: number): DrillFault => ({ ...writes, from, fault: 'deny' });

const lost: DrillFault = { ...writes, from: 2, fault: 'lost-after' };
