import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';

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
