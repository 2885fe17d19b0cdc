import type { ContainerInstance, Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { fixedPorts } from '../../model/ports.ts';
import type { PortRoom } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { readAll, readInChunks } from '../client/pages.ts';

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
    const instances = await readInstances(aws, cluster, instance);
    // ECS lists the taken ports of every instance; without the list nothing is known of them.
    if (!instances.every(listsPorts)) return { ports };
    const free = instances.filter((one) => one.agentConnected !== false && hasFree(one, definition));
    return { ports, instances: instances.length, free: free.length };
  } catch (error) {
    // Without the permission to read instances, RunTask reports the same later.
    if (error instanceof Failure) return { ports };
    throw error;
  }
}

/** One container instance, or all ACTIVE ones of the cluster. DescribeContainerInstances accepts 100 at a time. */
export async function readInstances(
  aws: Aws,
  cluster: string,
  instance: string | undefined,
): Promise<readonly ContainerInstance[]> {
  const active = { cluster, status: 'ACTIVE' as const };
  const arns =
    instance === undefined
      ? await readAll(
          aws,
          'ecs',
          'ListContainerInstances',
          active,
          ({ containerInstanceArns }) => containerInstanceArns,
        )
      : [instance];
  return readInChunks(arns, 100, async (containerInstances) => {
    const input = { cluster, containerInstances };
    return (await aws.call('ecs', 'DescribeContainerInstances', input)).containerInstances;
  });
}

const listsPorts = ({ remainingResources = [] }: ContainerInstance): boolean =>
  remainingResources.some(({ name }) => name === 'PORTS');

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
