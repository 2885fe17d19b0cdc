import { second } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { DeploymentLearned } from '../../model/run-state.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { Aws } from '../client/account.ts';
import { readAll } from '../client/pages.ts';

/** Reads the state of ECS's circuit breaker for our deployment; empty when ECS does not report one. */
export async function readBreaker(
  aws: Aws,
  { place, startedAt }: Pick<DeploymentLearned, 'place' | 'startedAt'>,
): Promise<readonly Evidence[]> {
  const { cluster, service } = place;
  // Our clock and AWS's can differ by seconds.
  const after = new Date(startedAt - 10 * second);
  const serviceDeployments = await readAll(
    aws,
    'ecs',
    'ListServiceDeployments',
    { cluster, service, createdAt: { after } },
    (answer) => answer.serviceDeployments,
  );
  // The deployment after ours is the rollback, which can start while this is read.
  const [ours] = serviceDeployments.toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
  if (ours?.serviceDeploymentArn === undefined) return [];
  const { serviceDeployments: described = [] } = await aws.call('ecs', 'DescribeServiceDeployments', {
    serviceDeploymentArns: [ours.serviceDeploymentArn],
  });
  const breaker = described[0]?.deploymentCircuitBreaker;
  if (breaker?.status === undefined) return [];
  const { status, failureCount, threshold } = breaker;
  return [
    {
      kind: 'circuit-breaker',
      state: status,
      ...defined({ failures: failureCount, threshold }),
    },
  ];
}
