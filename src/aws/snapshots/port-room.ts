import type { ContainerInstance, Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { fixedPorts } from '../../model/fixed-ports.ts';
import type { PortRoom } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';

type Ported = Parameters<typeof fixedPorts>[0];

/**
 * Finds the container instances on which the fixed host ports of one more task are free. Read only for tasks with fixed
 * ports, and only if no capacity provider can add instances.
 */
export async function readPortRoom(
  aws: Aws,
  cluster: string,
  service: Pick<Service, 'launchType' | 'capacityProviderStrategy'>,
  definition: Ported | undefined,
  instance: string | undefined,
): Promise<PortRoom | undefined> {
  const ports = definition === undefined ? [] : fixedPorts(definition);
  const grows = (service.capacityProviderStrategy ?? []).length > 0;
  if (definition === undefined || ports.length === 0 || grows || service.launchType === 'FARGATE') return undefined;
  try {
    const arns = instance === undefined ? await activeInstances(aws, cluster) : [instance];
    const instances = await describeInstances(aws, cluster, arns);
    const free = instances.filter((one) => one.agentConnected !== false && hasFree(one, definition));
    return { ports, instances: instances.length, free: free.length };
  } catch (error) {
    // Without the permission to read instances, RunTask reports the same later.
    if (error instanceof Failure) return { ports };
    throw error;
  }
}

async function activeInstances(aws: Aws, cluster: string): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken === undefined ? {} : { nextToken };
    const answer = await aws.call('ecs', 'ListContainerInstances', { cluster, status: 'ACTIVE', ...token });
    arns.push(...(answer.containerInstanceArns ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && nextToken !== '');
  return arns;
}

/** DescribeContainerInstances accepts up to 100 ARNs. */
async function describeInstances(
  aws: Aws,
  cluster: string,
  arns: readonly string[],
): Promise<readonly ContainerInstance[]> {
  const found: ContainerInstance[] = [];
  for (let i = 0; i < arns.length; i += 100) {
    const containerInstances = arns.slice(i, i + 100);
    const answer = await aws.call('ecs', 'DescribeContainerInstances', { cluster, containerInstances });
    found.push(...(answer.containerInstances ?? []));
  }
  return found;
}

/** In `remainingResources`, ECS lists under PORTS the ports in use. */
function hasFree(
  { remainingResources = [] }: ContainerInstance,
  definition: Ported & Partial<TaskDefinition>,
): boolean {
  const taken = (name: string): readonly string[] =>
    remainingResources.find((resource) => resource.name === name)?.stringSetValue ?? [];
  const isFree = (name: string, protocol: 'tcp' | 'udp'): boolean =>
    !fixedPorts(definition, protocol).some((port) => taken(name).includes(String(port)));
  return isFree('PORTS', 'tcp') && isFree('PORTS_UDP', 'udp');
}
