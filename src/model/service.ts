import type { Deployment, Service } from '@aws-sdk/client-ecs';

/** The deployment that ECS works towards. */
export function primaryOf(service: Pick<Service, 'deployments'>): Deployment | undefined {
  return service.deployments?.find(({ status }) => status === 'PRIMARY');
}
