import type { Drill, DrillNeed, Drills } from '../../../model/drill.ts';
import type { Step } from '../../../model/plan.ts';

/** What a strategy knows about the ways in which a rollout can go. */
export interface StrategyDrills {
  /** A version that fails as soon as it starts ends like this. */
  readonly bad: 'rejected' | 'rolled-back';
  /** What it takes to see how a version behaves. */
  readonly needs: readonly DrillNeed[];
  readonly noCapacity: Pick<Drill, 'title' | 'expected'>;
  /** The service fails with a version that was good until then, or that nothing tried before. */
  readonly inService: readonly Drill[];
  /** Cancelled before the service is updated. */
  readonly cancelled: readonly Drill[];
  /** One-off tasks come before the update: the first of them cannot be started. */
  readonly tasksBefore: boolean;
}

/** The rollout that goes well, and one drill for each way to fail. */
export function rolloutDrills({ bad, needs, noCapacity, inService, cancelled, tasksBefore }: StrategyDrills): Drills {
  const expected = [bad] as const;
  const checked: readonly DrillNeed[] = ['health-check', ...needs];
  const balanced: readonly DrillNeed[] = ['targets', ...needs];
  const noPull = tasksBefore ? (['rejected'] as const) : expected;
  return [
    { title: 'the rollout succeeds', expected: ['succeeded'] },
    { title: 'the image cannot be pulled', tag: 'no-pull', expected: noPull, needs },
    { title: 'a container crashes', tag: 'crash', expected, needs },
    { title: 'a container never becomes healthy', tag: 'unhealthy', expected, needs: checked },
    { title: 'the target answers 500', tag: 'http-500', expected, needs: balanced },
    { title: 'the target does not answer in time', tag: 'timeout', expected, needs: balanced },
    { title: 'the program listens on another port', tag: 'wrong-port', expected, needs: balanced },
    { ...noCapacity, tag: 'no-capacity', needs },
    { title: 'a before-promote task fails', taskExits: 3, expected: ['rejected'], needs: ['before-promote'] },
    ...inService,
    {
      title: 'UpdateService is denied',
      faults: [{ service: 'ecs', operation: 'UpdateService', fault: 'deny' }],
      expected: ['failed'],
    },
    {
      title: 'AWS throttles for a while',
      faults: [{ from: 8, times: 12, fault: 'throttle' }],
      expected: ['succeeded'],
    },
    ...cancelled,
    cancelledAt('run-task', 'while a before-promote task runs', ['before-promote']),
    cancelledAt('promote', 'while the service is updated', ['tasks']),
  ];
}

/** The job is cancelled some seconds after a step has begun. */
export function cancelledAt(cancelAt: Step['kind'], when: string, needs: readonly DrillNeed[] = []): Drill {
  return { title: `the job is cancelled ${when}`, cancelAt, expected: ['cancelled'], needs };
}

/** The service cannot run the version. */
export const failsInService = (tag: string, circuitBreaker: boolean, title = endsByBreaker): Drill => ({
  title,
  tag,
  circuitBreaker,
  expected: ['rolled-back'],
  needs: ['tasks'],
});

const endsByBreaker = "ECS's circuit breaker ends the deployment";
