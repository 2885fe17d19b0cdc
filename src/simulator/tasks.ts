import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, text } from './json.ts';
import type { Container, HealthStatus, NetworkInterface, Tag, Task } from './records.ts';
import { tagsOf } from './tags.ts';

/** Whether ECS counts the task as running; one that is being drained still is. */
export function isRunning(task: Task): boolean {
  return task.lastStatus === 'RUNNING' || task.lastStatus === 'DEACTIVATING';
}

/** Whether ECS counts the task as pending. */
export function isPending(task: Task): boolean {
  return (
    task.desiredStatus === 'RUNNING' &&
    (task.lastStatus === 'PROVISIONING' || task.lastStatus === 'PENDING' || task.lastStatus === 'ACTIVATING')
  );
}

/** The health of a task is that of its essential containers with a health check. */
export function healthOf(task: Task): HealthStatus {
  const checked = task.containers.filter((container) => container.essential && healthCheckOf(container) !== undefined);
  if (checked.some((container) => container.healthStatus === 'UNHEALTHY')) return 'UNHEALTHY';
  if (checked.length === 0 || checked.some((container) => container.healthStatus === 'UNKNOWN')) return 'UNKNOWN';
  return 'HEALTHY';
}

/** The health check of a container's definition, unless it is switched off. */
export function healthCheckOf(container: Container): JsonObject | undefined {
  const check = container.definition.healthCheck as JsonObject | undefined;
  const command = Array.isArray(check?.command) ? check.command[0] : undefined;
  return check === undefined || command === 'NONE' ? undefined : check;
}

/** The tags of a task; StopTask deletes them. */
function taskTags(cloud: Cloud, task: Task): readonly Tag[] {
  return tagsOf(cloud, task.arn);
}

/** A task as DescribeTasks shows it. */
export function describeTask(cloud: Cloud, task: Task, withTags: boolean): JsonObject {
  const at = (moment: number | undefined) => (moment === undefined ? undefined : new Date(moment));
  return compact({
    attachments: task.networkInterface === undefined ? [] : [describeInterface(cloud, task.networkInterface)],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: task.zone,
    capacityProviderName: task.capacityProviderName,
    clusterArn: task.cluster.arn,
    connectivity: task.connectivityAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: at(task.connectivityAt),
    containerInstanceArn: task.instance?.arn,
    containers: task.containers.map((container) => describeContainer(task, container)),
    cpu: String(task.cpu),
    createdAt: at(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    executionStoppedAt: at(task.executionStoppedAt),
    group: task.group,
    healthStatus: healthOf(task),
    lastStatus: task.lastStatus,
    launchType: task.launchType,
    memory: String(task.memory),
    overrides: { inferenceAcceleratorOverrides: [], ...task.overrides, containerOverrides: containerOverrides(task) },
    platformVersion: task.platformVersion,
    platformFamily: task.launchType === 'FARGATE' ? 'Linux' : undefined,
    pullStartedAt: at(task.pullStartedAt),
    pullStoppedAt: at(task.pullStoppedAt),
    startedAt: at(task.startedAt),
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedAt: at(task.stoppedAt),
    stoppedReason: task.stoppedReason,
    stoppingAt: at(task.stoppingAt),
    tags: withTags ? taskTags(cloud, task) : [],
    taskArn: task.arn,
    taskDefinitionArn: task.definition.arn,
    version: task.version,
    ephemeralStorage: task.launchType === 'FARGATE' ? { sizeInGiB: 20 } : undefined,
    fargateEphemeralStorage: task.launchType === 'FARGATE' ? { sizeInGiB: 20 } : undefined,
  });
}

function containerOverrides(task: Task): readonly unknown[] {
  const given = Array.isArray(task.overrides.containerOverrides) ? task.overrides.containerOverrides : [];
  const named = given.map((override: JsonObject) => text(override.name));
  const others = task.containers.filter((container) => !named.includes(container.name));
  return [...given, ...others.map((container) => ({ name: container.name }))];
}

function describeInterface(cloud: Cloud, eni: NetworkInterface): JsonObject {
  const details = [{ name: 'subnetId', value: eni.subnet.id }];
  if (eni.status !== 'PRECREATED') {
    const host = `ip-${eni.address.replaceAll('.', '-')}.${cloud.region}.compute.internal`;
    details.push(
      { name: 'networkInterfaceId', value: eni.id },
      { name: 'macAddress', value: eni.macAddress },
      { name: 'privateDnsName', value: host },
      { name: 'privateIPv4Address', value: eni.address },
    );
  }
  return { id: eni.attachmentId, type: 'ElasticNetworkInterface', status: eni.status, details };
}

function describeContainer(task: Task, container: Container): JsonObject {
  const eni = task.networkInterface;
  return compact({
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.digest,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings:
      container.startedAt === undefined ? [] : container.bindings.map((binding) => ({ bindIP: '0.0.0.0', ...binding })),
    networkInterfaces:
      eni === undefined || eni.status === 'PRECREATED'
        ? []
        : [{ attachmentId: eni.attachmentId, privateIpv4Address: eni.address }],
    healthStatus: container.healthStatus,
    managedAgents: task.enableExecuteCommand ? managedAgents(container) : undefined,
    cpu: String(container.definition.cpu ?? 0),
    memory: container.definition.memory === undefined ? undefined : String(container.definition.memory),
    memoryReservation:
      container.definition.memoryReservation === undefined ? undefined : String(container.definition.memoryReservation),
  });
}

const managedAgents = (container: Container): readonly JsonObject[] => [
  { name: 'ExecuteCommandAgent', lastStatus: container.lastStatus === 'RUNNING' ? 'RUNNING' : 'PENDING' },
];
