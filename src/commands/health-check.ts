import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Duration, second } from '../model/duration.ts';

type Containers = Pick<TaskDefinition, 'containerDefinitions'>;

/** Tells a gate that ECS itself checks the health of the tasks: an essential container has a health check. */
export function checkedBy(definition: Containers | undefined): { readonly checked?: true } {
  const checked = (definition?.containerDefinitions ?? []).some(
    ({ essential = true, healthCheck }) =>
      essential && healthCheck !== undefined && healthCheck.command?.[0] !== 'NONE',
  );
  return checked ? { checked } : {};
}

/** The health-check grace period of a service. */
export const graceOf = ({
  healthCheckGracePeriodSeconds = 0,
}: Pick<Service, 'healthCheckGracePeriodSeconds'>): Duration => healthCheckGracePeriodSeconds * second;
