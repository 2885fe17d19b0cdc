import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerRole } from './acts.ts';

/** Returns the role of each container for the health of its task; `essential` defaults to true. */
export function rolesOf(containers: readonly ContainerDefinition[] = []): readonly ContainerRole[] {
  const restarts = (name: string): boolean =>
    containers.find((container) => container.name === name)?.restartPolicy?.enabled === true;
  return containers.flatMap(({ name, essential, healthCheck, dependsOn = [] }) =>
    name === undefined
      ? []
      : [
          {
            name,
            essential: essential !== false,
            checked: healthCheck !== undefined && healthCheck.command?.[0] !== 'NONE',
            needs: dependsOn.flatMap(({ containerName, condition }) =>
              containerName === undefined || condition === undefined
                ? []
                : [{ container: containerName, condition, restarts: restarts(containerName) }],
            ),
          },
        ],
  );
}
