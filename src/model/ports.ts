import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';

type Ported = Partial<RegisterTaskDefinitionRequest> | TaskDefinition;

/** Returns the fixed host ports of a task; of one protocol, or of both. */
export function fixedPorts(
  { networkMode, containerDefinitions = [] }: Ported,
  protocol?: 'tcp' | 'udp',
): readonly number[] {
  if (networkMode === 'awsvpc' || networkMode === 'none') return [];
  const mappings = containerDefinitions
    .flatMap(({ portMappings = [] }) => portMappings)
    .filter((mapping) => protocol === undefined || (mapping.protocol ?? 'tcp') === protocol);
  const taken = mappings.map(({ hostPort = 0, containerPort = 0 }) =>
    networkMode === 'host' ? containerPort : hostPort,
  );
  return [...new Set(taken.filter((port) => port > 0))];
}

/** Whether a container maps a port, itself or in a range. */
export const mapsPort = ({ portMappings = [] }: ContainerDefinition, port: number): boolean =>
  portMappings.some(({ containerPort, containerPortRange = '' }) => {
    const [first = Number.NaN, last = Number.NaN] = containerPortRange.split('-').map(Number);
    return containerPort === port || (first <= port && port <= last);
  });

/** The ports that a container maps, and their ranges. */
export const mappedPorts = ({ portMappings = [] }: ContainerDefinition): readonly string[] =>
  portMappings.flatMap(({ containerPort, containerPortRange }) => containerPortRange ?? String(containerPort ?? ''));

/** The target type that a network mode needs: only awsvpc gives a task its own IP address. */
export const targetTypeFor = (networkMode: string): 'ip' | 'instance' => (networkMode === 'awsvpc' ? 'ip' : 'instance');
