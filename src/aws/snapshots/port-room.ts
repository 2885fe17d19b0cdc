import type { ContainerInstance, Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { fixedPorts } from '../../model/fixed-ports.ts';
import type { PortRoom } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';
import { inChunks, readAll } from '../client/pages.ts';

type Ported = Parameters<typeof fixedPorts>[0];

/**
 * Where one more task with fixed host ports finds its ports free; looked up only for tasks that have some, on instances
 * that do not become more by themselves.
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
    // Not everybody may look: RunTask says it as well, only later.
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
  const found: ContainerInstance[] = [];
  for (const part of inChunks(arns, 100)) {
    const input = { cluster, containerInstances: [...part] };
    const { containerInstances = [] } = await aws.call('ecs', 'DescribeContainerInstances', input);
    found.push(...containerInstances);
  }
  return found;
}

const listsPorts = ({ remainingResources = [] }: ContainerInstance): boolean =>
  remainingResources.some(({ name }) => name === 'PORTS');

/** ECS counts as remaining PORTS those that are taken. */
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
