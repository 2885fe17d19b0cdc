import { AwsFailure, clientFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, list, number, objects, text, texts } from './json.ts';
import { page } from './paging.ts';
import type { Family, TaskDefinition } from './records.ts';
import { references } from './references.ts';
import { checkGivenTags, putTags, tagsOf } from './tags.ts';
import { checkTaskDefinition, taskSize } from './task-definition-rules.ts';

/** RegisterTaskDefinition. */
export function registerTaskDefinition(cloud: Cloud, input: JsonObject): JsonObject {
  checkGivenTags(input.tags);
  const definition = addRevision(cloud, input);
  return { taskDefinition: describe(definition), tags: tagsOf(cloud, definition.arn) };
}

/** Registers a revision; a seed may ask for a certain number. */
export function addRevision(cloud: Cloud, input: JsonObject, revision?: number): TaskDefinition {
  checkTaskDefinition(input);
  const name = text(input.family) ?? '';
  const family = cloud.families.get(name) ?? { name, revisions: new Map(), last: 0 };
  family.last = Math.max(family.last + 1, revision ?? 0);
  const definition = newRevision(cloud, input, name, family.last);
  putTags(cloud, definition.arn, input.tags);
  family.revisions.set(family.last, definition);
  cloud.families.set(name, family);
  return definition;
}

function newRevision(cloud: Cloud, input: JsonObject, family: string, revision: number): TaskDefinition {
  const { tags: _tags, ...given } = input;
  const arn = cloud.arn('ecs', `task-definition/${family}:${revision}`);
  const networkMode = networkModeOf(input);
  const containers = objects(input.containerDefinitions).map((container) => withDefaults(container, networkMode));
  const size = taskSize(input);
  const document = compact({
    taskDefinitionArn: arn,
    ...given,
    containerDefinitions: containers,
    revision,
    volumes: list(input.volumes),
    requiresAttributes: requiredAttributes(input, networkMode),
    placementConstraints: list(input.placementConstraints),
    compatibilities: compatibilities(input, networkMode),
    cpu: size.cpu?.toString(),
    memory: size.memory?.toString(),
    networkMode: given.networkMode,
    registeredAt: cloud.date(),
    registeredBy: cloud.globalArn('sts', 'assumed-role/deployer/simulator'),
  });
  return { arn, family, revision, document, containers, networkMode, status: 'ACTIVE' };
}

function networkModeOf(input: JsonObject): TaskDefinition['networkMode'] {
  const mode = text(input.networkMode);
  return mode === 'awsvpc' || mode === 'host' || mode === 'none' ? mode : 'bridge';
}

function withDefaults(container: JsonObject, networkMode: TaskDefinition['networkMode']): JsonObject {
  return compact({
    ...container,
    cpu: number(container.cpu) ?? 0,
    portMappings: objects(container.portMappings).map((mapping) => ({
      ...mapping,
      hostPort: networkMode === 'bridge' ? (number(mapping.hostPort) ?? 0) : mapping.containerPort,
      protocol: text(mapping.protocol) ?? 'tcp',
    })),
    essential: container.essential ?? true,
    environment: list(container.environment),
    mountPoints: list(container.mountPoints),
    volumesFrom: list(container.volumesFrom),
    systemControls: list(container.systemControls),
    healthCheck: healthCheckWithDefaults(container.healthCheck),
  });
}

function healthCheckWithDefaults(check: unknown): unknown {
  const [given] = objects([check]);
  return given === undefined ? undefined : { interval: 30, timeout: 5, retries: 3, ...given };
}

function compatibilities(input: JsonObject, networkMode: TaskDefinition['networkMode']): readonly string[] {
  const asked = texts(input.requiresCompatibilities);
  const fargate =
    asked.includes('FARGATE') || (asked.length === 0 && networkMode === 'awsvpc' && taskSize(input).cpu !== undefined);
  return ['EC2', ...(fargate ? ['FARGATE'] : []), ...(networkMode === 'awsvpc' ? [] : ['EXTERNAL'])];
}

function requiredAttributes(input: JsonObject, networkMode: TaskDefinition['networkMode']): readonly JsonObject[] {
  const containers = objects(input.containerDefinitions);
  const names = ['com.amazonaws.ecs.capability.docker-remote-api.1.18'];
  if (networkMode === 'awsvpc') names.push('ecs.capability.task-eni');
  if (text(input.executionRoleArn) !== undefined) names.push('ecs.capability.execution-role-ecr-pull');
  if (text(input.taskRoleArn) !== undefined) names.push('com.amazonaws.ecs.capability.task-iam-role');
  if (containers.some((container) => container.healthCheck !== undefined))
    names.push('ecs.capability.container-health-check');
  if (containers.some((container) => list(container.secrets).length > 0))
    names.push('ecs.capability.secrets.ssm.environment-variables');
  return names.map((name) => ({ name }));
}

/** The revision that a family, `family:revision` or ARN means; a family alone means its newest ACTIVE revision. */
export function findRevision(cloud: Cloud, reference: unknown): TaskDefinition | undefined {
  const given = text(reference) ?? '';
  const name = given.startsWith('arn:') ? given.slice(given.indexOf('/') + 1) : given;
  const [familyName, revision] = name.split(':');
  const family = cloud.families.get(familyName ?? '');
  if (family === undefined) return undefined;
  if (revision === undefined) return [...family.revisions.values()].filter(isActive).at(-1);
  if (!/^\d+$/.test(revision)) throw invalidParameter(`Invalid revision number. Number: ${revision}`);
  const found = family.revisions.get(Number(revision));
  return given.startsWith('arn:') && found?.arn !== given ? undefined : found;
}

/** The revision that a task or service is to run, or the refusal that AWS gives. */
export function usableRevision(cloud: Cloud, reference: unknown): TaskDefinition {
  if (text(reference) === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  const definition = findRevision(cloud, reference);
  if (definition === undefined) throw clientFailure('TaskDefinition not found.');
  if (!isActive(definition)) throw clientFailure('TaskDefinition is inactive');
  return definition;
}

const isActive = (definition: TaskDefinition): boolean => definition.status === 'ACTIVE';

function describe(definition: TaskDefinition): JsonObject {
  const { document, status, deregisteredAt, deleteRequestedAt } = definition;
  return compact({ ...document, status, deregisteredAt, deleteRequestedAt });
}

/** DescribeTaskDefinition. */
export function describeTaskDefinition(cloud: Cloud, input: JsonObject): JsonObject {
  const definition = findRevision(cloud, input.taskDefinition);
  if (definition === undefined) throw clientFailure('Unable to describe task definition.');
  return {
    taskDefinition: describe(definition),
    tags: texts(input.include).includes('TAGS') ? tagsOf(cloud, definition.arn) : [],
  };
}

/**
 * DeregisterTaskDefinition: running tasks continue, new ones are refused. AWS does not document the answer for a revision that
 * is INACTIVE already; here it is given back as it is.
 */
export function deregisterTaskDefinition(cloud: Cloud, input: JsonObject): JsonObject {
  const reference = text(input.taskDefinition) ?? '';
  if (!reference.slice(reference.lastIndexOf('/') + 1).includes(':')) throw clientFailure('Revision is missing.');
  const definition = findRevision(cloud, reference);
  if (definition === undefined) throw clientFailure('The specified task definition does not exist.');
  if (definition.status === 'ACTIVE') {
    definition.status = 'INACTIVE';
    definition.deregisteredAt = cloud.date();
  }
  return { taskDefinition: describe(definition) };
}

/** DeleteTaskDefinitions: what has been deregistered is on its way out, where it stays in the simulated account. */
export function deleteTaskDefinitions(cloud: Cloud, input: JsonObject): JsonObject {
  const taskDefinitions: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const arn of references(input.taskDefinitions, 'Task definitions', 10)) {
    const definition = findRevision(cloud, arn);
    if (definition === undefined) failures.push({ arn, reason: 'The specified task definition does not exist.' });
    else if (isActive(definition)) failures.push({ arn, reason: 'The specified task definition is still ACTIVE.' });
    else {
      definition.status = 'DELETE_IN_PROGRESS';
      definition.deleteRequestedAt ??= cloud.date();
      taskDefinitions.push(describe(definition));
    }
  }
  return { taskDefinitions, failures };
}

/** ListTaskDefinitions: "the full family name", although the member is called a prefix. */
export function listTaskDefinitions(cloud: Cloud, input: JsonObject): JsonObject {
  const sort = text(input.sort) ?? 'ASC';
  if (sort !== 'ASC' && sort !== 'DESC') throw invalidParameter(`${sort} is not a sort order: ASC, DESC.`);
  const status = statusFilter(input.status);
  const family = text(input.familyPrefix);
  const all = [...cloud.families.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter((candidate) => family === undefined || candidate.name === family)
    .flatMap((candidate) => [...candidate.revisions.values()])
    .filter((definition) => definition.status === status)
    .map((definition) => definition.arn);
  const [taskDefinitionArns, nextToken] = page(sort === 'DESC' ? all.reverse() : all, input, 100);
  return { taskDefinitionArns, nextToken };
}

/** ListTaskDefinitionFamilies; here `familyPrefix` really is a prefix. */
export function listTaskDefinitionFamilies(cloud: Cloud, input: JsonObject): JsonObject {
  const status = input.status === 'ALL' ? 'ALL' : statusFilter(input.status);
  const names = [...cloud.families.values()]
    .filter((family) => family.name.startsWith(text(input.familyPrefix) ?? ''))
    .filter((family) => status === 'ALL' || familyStatus(family) === status)
    .map((family) => family.name)
    .sort();
  const [families, nextToken] = page(names, input, 100);
  return { families, nextToken };
}

const familyStatus = (family: Family): string =>
  [...family.revisions.values()].some(isActive) ? 'ACTIVE' : 'INACTIVE';

function statusFilter(value: unknown): string {
  const status = text(value) ?? 'ACTIVE';
  if (['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'].includes(status)) return status;
  throw new AwsFailure('InvalidParameterException', `${status} is not a task definition status.`);
}
