import type { Deployment, Service } from '@aws-sdk/client-ecs';

/** Returns the PRIMARY deployment. */
export function primaryOf(service: Pick<Service, 'deployments'>): Deployment | undefined {
  return service.deployments?.find(({ status }) => status === 'PRIMARY');
}
