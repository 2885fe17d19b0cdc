import type { Snapshot } from '../../../model/snapshot.ts';
import type { Support } from './strategy.ts';

/** What every strategy asks of a service that ends with ECS's own rolling deployment. */
export function supportsRolling({ service }: Snapshot): Support {
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    return {
      is: 'never',
      because: `the service is deployed by ${controller}, not by ECS: UpdateService cannot give it a new task definition`,
      next: '; create it with the deployment controller ECS to use this action',
    };
  }
  const deployment = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (deployment === 'ROLLING') return { is: 'yes' };
  return {
    is: 'never',
    because: `the service has the deployment strategy ${deployment}, which moves the traffic between target groups itself`,
    next: '. This action deploys services with the strategy ROLLING only, whatever its input `strategy` says',
  };
}
