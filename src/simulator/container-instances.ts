import { invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { findCluster } from './clusters.ts';
import { type JsonObject, text, texts } from './json.ts';
import { page } from './paging.ts';
import type { Cluster, ContainerInstance, Task } from './records.ts';
import { references } from './references.ts';
import { tagsOf } from './tags.ts';
import { isPending, isRunning } from './tasks.ts';

/** SSH, Docker and the ECS agent itself. */
const reservedPorts: readonly number[] = [22, 2375, 2376, 51678, 51679];

/** What is still free on an instance. */
export function remaining(cluster: Cluster, instance: ContainerInstance) {
  const tasks = tasksOn(cluster, instance);
  return {
    cpu: instance.cpu - tasks.reduce((sum, task) => sum + task.cpu, 0),
    memory: instance.memory - tasks.reduce((sum, task) => sum + task.memory, 0),
    ports: [...reservedPorts, ...tasks.flatMap((task) => task.containers.flatMap((container) => hostPorts(container)))],
  };
}

const hostPorts = (container: Task['containers'][number]): readonly number[] =>
  container.bindings.map((binding) => binding.hostPort);

/** The tasks that occupy an instance. */
export function tasksOn(cluster: Cluster, instance: ContainerInstance): readonly Task[] {
  return [...cluster.tasks.values()].filter((task) => task.instance === instance && task.lastStatus !== 'STOPPED');
}

/** The instance by id or ARN. */
export function findInstance(cluster: Cluster, reference: string): ContainerInstance | undefined {
  return [...cluster.instances.values()].find(({ arn }) => arn === reference || arn.endsWith(`/${reference}`));
}

/** ListContainerInstances; of the cluster query language only `ec2InstanceId == i-…` and `attribute:… == …` of what is modelled. */
export function listContainerInstances(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const status = text(input.status) ?? 'ACTIVE';
  const filter = text(input.filter);
  const matching = [...cluster.instances.values()]
    .filter((instance) => instance.status === status || (text(input.status) === undefined && filter !== undefined))
    .filter((instance) => filter === undefined || matches(instance, filter));
  const [containerInstanceArns, nextToken] = page(
    matching.map((instance) => instance.arn),
    input,
    100,
  );
  return { containerInstanceArns, nextToken };
}

function matches(instance: ContainerInstance, filter: string): boolean {
  const found = /^\s*(?:attribute:)?([\w.-]+)\s*(==|!=|equals|not_equals)\s*['"]?([\w:./-]+)['"]?\s*$/.exec(filter);
  const attributes: Readonly<Record<string, string>> = {
    ec2InstanceId: instance.ec2InstanceId,
    'ecs.availability-zone': instance.subnet.zone,
    'ecs.subnet-id': instance.subnet.id,
  };
  const value = attributes[found?.[1] ?? ''];
  if (found === null || value === undefined) throw invalidParameter(`Unable to parse filter: ${filter}`);
  return (value === found[3]) === (found[2] === '==' || found[2] === 'equals');
}

/** DescribeContainerInstances. */
export function describeContainerInstances(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const containerInstances: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const reference of references(input.containerInstances, 'Container instances', 100)) {
    const instance = findInstance(cluster, reference);
    if (instance !== undefined) containerInstances.push(describe(cloud, cluster, instance, texts(input.include)));
    else failures.push({ arn: instanceArn(cloud, cluster, reference), reason: 'MISSING' });
  }
  return { containerInstances, failures };
}

/** The ARN of an instance, from its id. */
export function instanceArn(cloud: Cloud, cluster: Cluster, id: string): string {
  return id.startsWith('arn:') ? id : cloud.arn('ecs', `container-instance/${cluster.name}/${id}`);
}

function describe(cloud: Cloud, cluster: Cluster, instance: ContainerInstance, include: readonly string[]): JsonObject {
  const tasks = tasksOn(cluster, instance);
  const free = remaining(cluster, instance);
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    capacityProviderName: instance.capacityProviderName,
    version: 3 + tasks.length,
    versionInfo: { agentVersion: '1.99.0', agentHash: 'simulator', dockerVersion: 'DockerVersion: 25.0.8' },
    remainingResources: resources(free.cpu, free.memory, free.ports),
    registeredResources: resources(instance.cpu, instance.memory, reservedPorts),
    status: instance.status,
    agentConnected: instance.agentConnected,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    attributes: [
      { name: 'ecs.availability-zone', value: instance.subnet.zone },
      { name: 'ecs.subnet-id', value: instance.subnet.id },
      { name: 'ecs.vpc-id', value: instance.subnet.vpcId },
      { name: 'ecs.os-type', value: 'linux' },
      { name: 'ecs.capability.task-eni' },
    ],
    registeredAt: instance.registeredAt,
    attachments: [],
    tags: include.includes('TAGS') ? tagsOf(cloud, instance.arn) : [],
  };
}

function resources(cpu: number, memory: number, ports: readonly number[]): readonly JsonObject[] {
  const none = { doubleValue: 0, longValue: 0, integerValue: 0 };
  return [
    { ...none, name: 'CPU', type: 'INTEGER', integerValue: cpu },
    { ...none, name: 'MEMORY', type: 'INTEGER', integerValue: memory },
    { ...none, name: 'PORTS', type: 'STRINGSET', stringSetValue: ports.map(String) },
    { ...none, name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: [] },
  ];
}

/** DescribeCapacityProviders: Fargate's two, and those that container instances or clusters name. */
export function describeCapacityProviders(cloud: Cloud, input: JsonObject): JsonObject {
  const known = new Set(['FARGATE', 'FARGATE_SPOT']);
  for (const cluster of cloud.clusters.values()) {
    for (const name of cluster.capacityProviders) known.add(name);
  }
  const asked = texts(input.capacityProviders).map((name) => name.slice(name.lastIndexOf('/') + 1));
  const names = asked.length === 0 ? [...known] : asked;
  return {
    capacityProviders: names
      .filter((name) => known.has(name))
      .map((name) => ({
        capacityProviderArn: cloud.arn('ecs', `capacity-provider/${name}`),
        name,
        status: 'ACTIVE',
        tags: [],
      })),
    failures: names
      .filter((name) => !known.has(name))
      .map((name) => ({ arn: cloud.arn('ecs', `capacity-provider/${name}`), reason: 'MISSING' })),
  };
}
