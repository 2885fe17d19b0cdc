import { type Artifact, artifactOf } from './artifact.ts';
import { clientFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { remaining, tasksOn } from './container-instances.ts';
import { type JsonObject, number, object, objects, text, texts } from './json.ts';
import { createInterface } from './network.ts';
import type {
  Cluster,
  Container,
  ContainerInstance,
  Deployment,
  NetworkBinding,
  Service,
  Subnet,
  Task,
  TaskDefinition,
} from './records.ts';
import { taskSize } from './task-definition-rules.ts';

/** The properties of a task to start, independent of its placement. */
export interface TaskOrder {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly launchType: Task['launchType'];
  readonly capacityProviderName?: string | undefined;
  readonly platformVersion?: string | undefined;
  readonly networkConfiguration?: unknown;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly overrides?: JsonObject;
  readonly enableExecuteCommand?: boolean;
  readonly service?: Service;
  readonly deployment?: Deployment;
  /** Only where the service has no task yet. */
  readonly oncePerInstance?: boolean;
}

/** Why a task could not be placed, as it appears in `failures`. */
export interface PlacementFailure {
  readonly arn?: string;
  readonly reason: string;
  readonly detail?: string;
}

const noCapacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';

/** Places and creates a task, or returns why it cannot be placed. */
export function placeTask(cloud: Cloud, order: TaskOrder): Task | readonly PlacementFailure[] {
  const artifacts = artifactsOf(cloud, order);
  if (artifacts.some((artifact) => artifact.doesNotStart === 'no-capacity')) return capacityFailures(order);
  if (order.launchType === 'FARGATE') return createTask(cloud, order, undefined);
  const failures: PlacementFailure[] = [];
  const instances = [...order.cluster.instances.values()]
    .filter((instance) => instance.status === 'ACTIVE')
    .filter(
      (instance) =>
        order.capacityProviderName === undefined || instance.capacityProviderName === order.capacityProviderName,
    )
    .filter((instance) => order.oncePerInstance !== true || !hasTaskOf(order, instance))
    .sort((a, b) => remaining(order.cluster, b).memory - remaining(order.cluster, a).memory);
  for (const instance of instances) {
    const reason = obstacle(order, instance);
    if (reason === undefined) return createTask(cloud, order, instance);
    failures.push({ arn: instance.arn, reason });
  }
  return failures.length > 0 ? failures : [{ reason: 'EMPTY CAPACITY PROVIDER' }];
}

const hasTaskOf = ({ cluster, service }: TaskOrder, instance: ContainerInstance): boolean =>
  tasksOn(cluster, instance).some((task) => task.service === service && task.desiredStatus === 'RUNNING');

/** Places a task on the instance that was asked for. */
export function placeTaskOn(cloud: Cloud, order: TaskOrder, instance: ContainerInstance): Task | PlacementFailure {
  if (instance.status !== 'ACTIVE') return { arn: instance.arn, reason: 'INACTIVE' };
  const reason = obstacle(order, instance);
  if (reason !== undefined) return { arn: instance.arn, reason };
  const [lacking] = artifactsOf(cloud, order).filter((artifact) => artifact.doesNotStart === 'no-capacity');
  return lacking === undefined ? createTask(cloud, order, instance) : { arn: instance.arn, reason: 'RESOURCE:MEMORY' };
}

const artifactsOf = (cloud: Cloud, order: TaskOrder): readonly Artifact[] =>
  order.definition.containers.map((container) => artifactFor(cloud, order, container));

function artifactFor(cloud: Cloud, order: TaskOrder, container: JsonObject): Artifact {
  const override = objects(order.overrides?.containerOverrides).find(({ name }) => name === container.name);
  const variables = [...objects(container.environment), ...objects(override?.environment)];
  const environment = new Map(variables.map(({ name, value }) => [String(name), String(value)]));
  return artifactOf({
    image: String(container.image),
    playedAs: cloud.playedAs.get(String(container.image)),
    where: order.service === undefined ? 'standalone' : 'service',
    command: texts(override?.command),
    environment: [...environment].map(([name, value]) => `${name}=${value}`),
  });
}

function capacityFailures(order: TaskOrder): readonly PlacementFailure[] {
  if (order.launchType === 'FARGATE') return [{ reason: noCapacity }];
  const instances = [...order.cluster.instances.values()];
  return instances.map((instance) => ({ arn: instance.arn, reason: 'RESOURCE:MEMORY' }));
}

function obstacle(order: TaskOrder, instance: ContainerInstance): string | undefined {
  if (!instance.agentConnected) return 'AGENT';
  const free = remaining(order.cluster, instance);
  const need = sizeOf(order);
  if (need.cpu > free.cpu) return 'RESOURCE:CPU';
  if (need.memory > free.memory) return 'RESOURCE:MEMORY';
  const fixed = order.definition.networkMode === 'awsvpc' ? [] : fixedPorts(order.definition);
  return fixed.some((port) => free.ports.includes(port)) ? 'RESOURCE:PORTS' : undefined;
}

const fixedPorts = (definition: TaskDefinition): readonly number[] =>
  definition.containers
    .flatMap((container) => objects(container.portMappings))
    .map((mapping) => number(mapping.hostPort) ?? 0)
    .filter((port) => port !== 0);

function sizeOf(order: TaskOrder): { readonly cpu: number; readonly memory: number } {
  const { containers, document } = order.definition;
  const overrides = order.overrides ?? {};
  const size = { ...withoutUndefined(taskSize(document)), ...withoutUndefined(taskSize(overrides)) };
  const sum = (member: (container: JsonObject) => number) =>
    containers.reduce((total, container) => total + member(container), 0);
  return {
    cpu: size.cpu ?? sum((container) => number(container.cpu) ?? 0),
    memory: size.memory ?? sum((container) => number(container.memoryReservation) ?? number(container.memory) ?? 0),
  };
}

const withoutUndefined = (size: { cpu: number | undefined; memory: number | undefined }) => ({
  ...(size.cpu === undefined ? {} : { cpu: size.cpu }),
  ...(size.memory === undefined ? {} : { memory: size.memory }),
});

function createTask(cloud: Cloud, order: TaskOrder, instance: ContainerInstance | undefined): Task {
  const id = cloud.random.hex(32);
  const arn = cloud.arn('ecs', `task/${order.cluster.name}/${id}`);
  const subnet = order.definition.networkMode === 'awsvpc' ? chooseSubnet(cloud, order) : undefined;
  const { securityGroups } = object(object(order.networkConfiguration).awsvpcConfiguration);
  const size = sizeOf(order);
  const taken = instance === undefined ? [] : remaining(order.cluster, instance).ports;
  return {
    arn,
    id,
    cluster: order.cluster,
    definition: order.definition,
    launchType: order.launchType,
    capacityProviderName: order.capacityProviderName,
    platformVersion: order.launchType === 'FARGATE' ? platformVersion(order.platformVersion) : undefined,
    group: order.group,
    startedBy: order.startedBy,
    overrides: order.overrides ?? {},
    enableExecuteCommand: order.enableExecuteCommand ?? false,
    ...size,
    zone: subnet?.zone ?? instance?.subnet.zone ?? `${cloud.region}a`,
    networkInterface: subnet === undefined ? undefined : createInterface(cloud, subnet, texts(securityGroups)),
    instance,
    containers: createContainers(cloud, order, arn, [...taken]),
    service: order.service,
    deployment: order.deployment,
    createdAt: cloud.now(),
    visibleFrom: cloud.now(),
    lastStatus: subnet === undefined ? 'PENDING' : 'PROVISIONING',
    desiredStatus: 'RUNNING',
    version: 1,
    healthyOnce: false,
    counted: false,
  };
}

/** `LATEST` and nothing mean 1.4.0 on Linux. */
const platformVersion = (asked: string | undefined): string =>
  asked === undefined || asked === 'LATEST' ? '1.4.0' : asked;

function createContainers(cloud: Cloud, order: TaskOrder, taskArn: string, taken: number[]): readonly Container[] {
  return order.definition.containers.map((definition) => ({
    name: String(definition.name),
    arn: `${taskArn.replace(':task/', ':container/')}/${cloud.random.uuid()}`,
    image: String(definition.image),
    definition,
    essential: definition.essential !== false,
    artifact: artifactFor(cloud, order, definition),
    bindings: bindings(order.definition, definition, taken),
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    failedChecks: 0,
  }));
}

/** Ports on the host; dynamic ones come from Docker's ephemeral range. */
function bindings(definition: TaskDefinition, container: JsonObject, taken: number[]): readonly NetworkBinding[] {
  if (definition.networkMode === 'awsvpc' || definition.networkMode === 'none') return [];
  return objects(container.portMappings).map((mapping) => {
    const fixed = number(mapping.hostPort) ?? 0;
    let hostPort = fixed === 0 ? 32768 : fixed;
    while (fixed === 0 && taken.includes(hostPort)) hostPort++;
    taken.push(hostPort);
    return { containerPort: number(mapping.containerPort) ?? 0, hostPort, protocol: text(mapping.protocol) ?? 'tcp' };
  });
}

/** The subnets of a network configuration, or the refusal that AWS gives. */
export function subnetsOf(cloud: Cloud, networkConfiguration: unknown): readonly Subnet[] {
  const { awsvpcConfiguration } = object(networkConfiguration);
  const ids = texts(object(awsvpcConfiguration).subnets);
  if (awsvpcConfiguration === undefined || awsvpcConfiguration === null) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (ids.length === 0) throw invalidParameter('subnets can not be empty.');
  if (ids.length > 16) throw invalidParameter('subnets can have at most 16 items.');
  if (texts(object(awsvpcConfiguration).securityGroups).length > 5) {
    throw invalidParameter('securityGroups can have at most 5 items.');
  }
  return ids.map((id) => {
    const subnet = cloud.subnets.get(id);
    if (subnet === undefined)
      throw invalidParameter(
        `Error retrieving subnet information for [${ids.join(', ')}]: The subnet ID '${id}' does not exist`,
      );
    return subnet;
  });
}

function chooseSubnet(cloud: Cloud, order: TaskOrder): Subnet {
  const subnets = subnetsOf(cloud, order.networkConfiguration);
  const used = (subnet: Subnet): number =>
    [...order.cluster.tasks.values()].filter(
      (task) =>
        task.group === order.group && task.desiredStatus === 'RUNNING' && task.networkInterface?.subnet === subnet,
    ).length;
  const [first] = [...subnets].sort((a, b) => used(a) - used(b));
  if (first === undefined) throw clientFailure('There is no subnet to place the task in.');
  return first;
}
