import type { ContainerInstance, Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { fixedPorts } from '../../model/fixed-ports.ts';
import type { PortRoom } from '../../model/snapshot.ts';
import type { Aws } from '../client/account.ts';

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
    const arns = instance === undefined ? await activeInstances(aws, cluster) : [instance];
    const instances = await describeInstances(aws, cluster, arns);
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

/** DescribeContainerInstances takes 100 at once. */
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
