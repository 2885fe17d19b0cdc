import { AwsFailure, clientFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { findCluster } from './clusters.ts';
import { findInstance, instanceArn } from './container-instances.ts';
import { canonical, flag, type JsonObject, list, number, object, objects, text, texts } from './json.ts';
import { page } from './paging.ts';
import type { Cluster, Task, TaskDefinition } from './records.ts';
import { references } from './references.ts';
import { checkLaunch, checkNetwork, checkWord } from './service-rules.ts';
import { checkGivenTags, putTags, readTags, tagsOf } from './tags.ts';
import { usableRevision } from './task-definitions.ts';
import { beginTask, stopTask } from './task-lifecycle.ts';
import { type PlacementFailure, placeTask, placeTaskOn, type TaskOrder } from './task-placement.ts';
import { describeTask } from './tasks.ts';

/** RunTask. */
export function runTask(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const repeated = repeatedRequest(cloud, cluster, input);
  if (repeated !== undefined) return repeated;
  const definition = usableRevision(cloud, input.taskDefinition);
  const order = orderOf(cloud, cluster, definition, input);
  const count = number(input.count) ?? 1;
  if (count < 1 || count > 10) throw invalidParameter('count must be between 1 and 10.');
  if (order.launchType === 'EC2' && cluster.instances.size === 0) {
    throw invalidParameter('No Container Instances were found in your cluster.');
  }
  const tasks: Task[] = [];
  const failures: PlacementFailure[] = [];
  for (let index = 0; index < count; index++) {
    const placed = placeTask(cloud, order);
    if ('id' in placed) tasks.push(start(cloud, placed, input));
    else failures.push(...placed);
  }
  rememberRequest(cloud, cluster, input, tasks);
  return { tasks: tasks.map((task) => describeTask(cloud, task, true)), failures };
}

const tokenKey = (cluster: Cluster, token: string): string => `${cluster.name} ${token}`;

/** The same token and the same request: the same tasks again. The same token and another request: a conflict. */
function repeatedRequest(cloud: Cloud, cluster: Cluster, input: JsonObject): JsonObject | undefined {
  const token = text(input.clientToken);
  if (token === undefined) return undefined;
  if (token.length > 64) throw invalidParameter('clientToken must be at most 64 characters long.');
  const known = cloud.tokens.get(tokenKey(cluster, token));
  if (known === undefined) return undefined;
  if (known.request !== canonical(input)) {
    throw new AwsFailure(
      'ConflictException',
      'The request could not be processed because of conflict in the current state of the resource: the clientToken was used with other parameters.',
      400,
      { resourceIds: known.taskArns },
    );
  }
  const tasks = known.taskArns.flatMap((arn) => cluster.tasks.get(arn) ?? []);
  return { tasks: tasks.map((task) => describeTask(cloud, task, true)), failures: [] };
}

function rememberRequest(cloud: Cloud, cluster: Cluster, input: JsonObject, tasks: readonly Task[]): void {
  const token = text(input.clientToken);
  if (token === undefined || tasks.length === 0) return;
  cloud.tokens.set(tokenKey(cluster, token), { request: canonical(input), taskArns: tasks.map((task) => task.arn) });
}

function orderOf(cloud: Cloud, cluster: Cluster, definition: TaskDefinition, input: JsonObject): TaskOrder {
  const byDefault = text(input.launchType) === undefined ? list(cluster.defaultCapacityProviderStrategy) : [];
  const given = list(input.capacityProviderStrategy);
  const strategy = objects(given.length > 0 ? given : byDefault);
  checkLaunch(cluster, { ...input, capacityProviderStrategy: strategy }, definition);
  checkNetwork(cloud, input, definition);
  checkCommon(input, definition, 128);
  const provider = text(
    [...strategy].sort((a, b) => (number(b.weight) ?? 0) - (number(a.weight) ?? 0))[0]?.capacityProvider,
  );
  const fargate = provider?.startsWith('FARGATE') ?? input.launchType === 'FARGATE';
  return {
    cluster,
    definition,
    launchType: fargate ? 'FARGATE' : input.launchType === 'EXTERNAL' ? 'EXTERNAL' : 'EC2',
    capacityProviderName: provider,
    platformVersion: text(input.platformVersion),
    networkConfiguration: input.networkConfiguration,
    ...common(definition, input),
  };
}

const common = (definition: TaskDefinition, input: JsonObject) => ({
  group: text(input.group) ?? `family:${definition.family}`,
  startedBy: text(input.startedBy),
  overrides: object(input.overrides),
  enableExecuteCommand: flag(input.enableExecuteCommand) ?? false,
});

function checkCommon(input: JsonObject, definition: TaskDefinition, longestStartedBy: number): void {
  const startedBy = text(input.startedBy);
  if (startedBy !== undefined && startedBy.length > longestStartedBy) {
    throw invalidParameter(`startedBy can be at most ${longestStartedBy} characters long.`);
  }
  if (startedBy !== undefined && !/^[a-zA-Z0-9\-_/]+$/.test(startedBy)) {
    throw invalidParameter('startedBy contains invalid characters.');
  }
  const group = text(input.group);
  if (group?.startsWith('service:'))
    throw invalidParameter("The group name 'service:' prefix is reserved for services.");
  checkWord(input, 'propagateTags', ['TASK_DEFINITION', 'NONE']);
  // "A total of 8192 characters are allowed for overrides. This limit includes the JSON formatting characters."
  if (JSON.stringify(input.overrides ?? {}).length > 8192) {
    throw invalidParameter('Container Overrides length must be at most 8192');
  }
  for (const override of objects(object(input.overrides).containerOverrides)) {
    if (definition.containers.some((container) => container.name === override.name)) continue;
    throw invalidParameter(
      `Override for container named ${String(override.name)} is not a container in the TaskDefinition.`,
    );
  }
  const role = text(object(input.overrides).taskRoleArn) ?? text(definition.document.taskRoleArn);
  if (flag(input.enableExecuteCommand) === true && role === undefined) {
    throw invalidParameter(
      "The task couldn't be started because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    );
  }
  checkVolumes(input, definition);
  checkGivenTags(input.tags);
  readTags(input.tags);
}

/** A volume that the definition leaves open (`configuredAtLaunch`) is configured when the task is started, and no other. */
function checkVolumes(input: JsonObject, definition: TaskDefinition): void {
  const open = objects(definition.document.volumes).filter((volume) => flag(volume.configuredAtLaunch) === true);
  const given = objects(input.volumeConfigurations);
  if (open.length === 0 && given.length === 0) return;
  const [volume] = given;
  if (open.length !== given.length || open[0]?.name !== volume?.name) {
    throw invalidParameter(
      'The volume configurations do not match the volumes of the task definition that are configured at launch.',
    );
  }
}

function start(cloud: Cloud, task: Task, input: JsonObject): Task {
  if (input.propagateTags === 'TASK_DEFINITION') putTags(cloud, task.arn, tagsOf(cloud, task.definition.arn));
  putTags(cloud, task.arn, input.tags);
  const [low, high] = cloud.taskVisibleMs;
  task.visibleFrom = cloud.moment(cloud.random.between(low, high));
  beginTask(cloud, task);
  return task;
}

/** StartTask. */
export function startTask(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const definition = usableRevision(cloud, input.taskDefinition);
  const references = texts(input.containerInstances);
  if (references.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (references.length > 10) throw invalidParameter('Container instances can have at most 10 items.');
  checkNetwork(cloud, input, definition);
  checkCommon(input, definition, 36);
  const tasks: Task[] = [];
  const failures: PlacementFailure[] = [];
  for (const reference of references) {
    const instance = findInstance(cluster, reference);
    if (instance === undefined) {
      failures.push({ arn: instanceArn(cloud, cluster, reference), reason: 'MISSING' });
      continue;
    }
    const order: TaskOrder = {
      cluster,
      definition,
      launchType: 'EC2',
      networkConfiguration: input.networkConfiguration,
      ...common(definition, input),
    };
    const placed = placeTaskOn(cloud, order, instance);
    if ('id' in placed) tasks.push(start(cloud, placed, input));
    else failures.push(placed);
  }
  return { tasks: tasks.map((task) => describeTask(cloud, task, true)), failures };
}

/** StopTask; the tags of the task are gone with it. */
export function stopTaskCall(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const task = findTask(cloud, cluster, text(input.task) ?? '');
  if (task === undefined) throw invalidParameter('The referenced task was not found.');
  stopTask(cloud, task, 'UserInitiated', text(input.reason) ?? 'Task stopped by user');
  cloud.tags.delete(task.arn);
  return { task: describeTask(cloud, task, true) };
}

function findTask(cloud: Cloud, cluster: Cluster, reference: string): Task | undefined {
  if (!reference.startsWith('arn:') && !/^[0-9a-zA-Z-]{1,64}$/.test(reference)) {
    throw invalidParameter('taskId length should be one of [32,36]');
  }
  const arn = reference.startsWith('arn:') ? reference : cloud.arn('ecs', `task/${cluster.name}/${reference}`);
  return cluster.tasks.get(arn);
}

/** DescribeTasks: what was started a moment ago may not be known yet. */
export function describeTasks(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const tasks: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const reference of references(input.tasks, 'Tasks', 100)) {
    const task = findTask(cloud, cluster, reference);
    if (task !== undefined && isVisible(cloud, task)) {
      tasks.push(describeTask(cloud, task, texts(input.include).includes('TAGS')));
    } else {
      const arn = reference.startsWith('arn:') ? reference : cloud.arn('ecs', `task/${cluster.name}/${reference}`);
      failures.push({ arn, reason: 'MISSING' });
    }
  }
  return { tasks, failures };
}

const isVisible = (cloud: Cloud, task: Task): boolean => cloud.now() >= task.visibleFrom;

/** ListTasks. */
export function listTasks(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const service = text(input.serviceName);
  const startedBy = text(input.startedBy);
  const family = text(input.family);
  const instance = text(input.containerInstance);
  checkWord(input, 'desiredStatus', ['RUNNING', 'PENDING', 'STOPPED']);
  if (startedBy !== undefined && [service, family, instance].some((filter) => filter !== undefined)) {
    throw invalidParameter('cannot specify startedBy with any other filter.');
  }
  if (service !== undefined && !cluster.services.has(service.slice(service.lastIndexOf('/') + 1))) {
    throw new AwsFailure('ServiceNotFoundException', 'Service not found.');
  }
  if (instance !== undefined && findInstance(cluster, instance) === undefined) {
    throw clientFailure('Container instance not found.');
  }
  const desired = text(input.desiredStatus) ?? 'RUNNING';
  const matching = [...cluster.tasks.values()]
    .filter((task) => isVisible(cloud, task) && task.desiredStatus === desired)
    .filter((task) => service === undefined || task.service?.name === service.slice(service.lastIndexOf('/') + 1))
    .filter((task) => startedBy === undefined || task.startedBy === startedBy)
    .filter((task) => family === undefined || task.definition.family === family)
    .filter((task) => instance === undefined || task.instance === findInstance(cluster, instance))
    .filter((task) => text(input.launchType) === undefined || task.launchType === input.launchType)
    .map((task) => task.arn);
  const [taskArns, nextToken] = page(matching, input, 100);
  return { taskArns, nextToken };
}
