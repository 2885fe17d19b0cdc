import { AwsFailure, clientFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type Cluster, findCluster } from './clusters.ts';
import { canonical, compact, flag, type JsonObject, list, number, object, objects, text, texts } from './json.ts';
import { page } from './paging.ts';
import { references } from './references.ts';
import { describeService } from './service-description.ts';
import { deploy, revisionMembers } from './service-revisions.ts';
import { checkService, checkWord } from './service-rules.ts';
import { noteServiceTask } from './service-scheduler.ts';
import { primary, type Service } from './services.ts';
import { putTags } from './tags.ts';
import { usableRevision } from './task-definitions.ts';

/** The members that UpdateService stores without a new deployment. */
const otherMembers = [
  'capacityProviderStrategy',
  'deploymentConfiguration',
  'availabilityZoneRebalancing',
  'placementConstraints',
  'placementStrategy',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'enableECSManagedTags',
  'propagateTags',
] as const;

/** Each task is played one by one: far more of them than people run would take for ever. */
const mostTasks = 1000;

function checkCount(desired: number): void {
  if (desired < 0) throw invalidParameter('desiredCount must not be negative.');
  if (desired > mostTasks)
    throw invalidParameter(`The simulator does not model services of more than ${mostTasks} tasks.`);
}

/** CreateService. */
export function createService(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const name = text(input.serviceName) ?? '';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Service name contains invalid characters.');
  const existing = cluster.services.get(name);
  if (existing?.status === 'ACTIVE') throw invalidParameter('Creation of service was not idempotent.');
  if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  const desiredCount = number(input.desiredCount);
  if (desiredCount === undefined)
    throw invalidParameter('desiredCount is required for the REPLICA scheduling strategy.');
  checkCount(desiredCount);
  const definition = usableRevision(cloud, input.taskDefinition);
  const settings = newSettings(cluster, input);
  checkService(cloud, cluster, settings, definition);
  const service: Service = {
    name,
    arn: cloud.arn('ecs', `service/${cluster.name}/${name}`),
    cluster,
    createdAt: cloud.date(),
    revisions: new Map(),
    records: [],
    status: 'ACTIVE',
    settings,
    desiredCount,
    deployments: [],
    events: [],
    lastCompleted: undefined,
    steady: false,
    reconciling: false,
  };
  cluster.services.set(name, service);
  putTags(cloud, service.arn, input.tags);
  deploy(cloud, service, definition);
  return { service: describeService(cloud, service, true) };
}

function newSettings(cluster: Cluster, input: JsonObject): JsonObject {
  const given = Object.fromEntries([...revisionMembers, ...otherMembers].map((member) => [member, input[member]]));
  const strategy = list(input.capacityProviderStrategy);
  const byDefault =
    text(input.launchType) === undefined && strategy.length === 0 ? list(cluster.defaultCapacityProviderStrategy) : [];
  const capacityProviderStrategy = strategy.length > 0 ? strategy : byDefault;
  const launchType = capacityProviderStrategy.length > 0 ? undefined : (text(input.launchType) ?? 'EC2');
  const fargate =
    launchType === 'FARGATE' ||
    objects(capacityProviderStrategy).some((item) => String(item.capacityProvider).startsWith('FARGATE'));
  return compact({
    ...given,
    launchType: text(input.launchType) ?? launchType,
    capacityProviderStrategy: capacityProviderStrategy.length > 0 ? capacityProviderStrategy : undefined,
    platformVersion: fargate ? (text(input.platformVersion) ?? 'LATEST') : input.platformVersion,
    schedulingStrategy: input.schedulingStrategy ?? 'REPLICA',
    deploymentController: input.deploymentController ?? { type: 'ECS' },
    deploymentConfiguration: configurationWithDefaults(input.deploymentConfiguration),
    propagateTags: input.propagateTags ?? 'NONE',
    role: input.role,
  });
}

function configurationWithDefaults(given: unknown): JsonObject {
  const breaker = { enable: false, rollback: false };
  return {
    deploymentCircuitBreaker: breaker,
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...compact(object(given)),
  };
}

/** UpdateService. */
export function updateService(cloud: Cloud, input: JsonObject): JsonObject {
  const service = findService(cloud, input.cluster, input.service);
  if (service.status !== 'ACTIVE') throw new AwsFailure('ServiceNotActiveException', 'Service was not ACTIVE.');
  const current = primary(service);
  const controller = text(object(service.settings.deploymentController).type) ?? 'ECS';
  if (controller !== 'ECS') refuseForController(controller, input);
  checkWord(object(input.deploymentController), 'type', ['ECS', 'CODE_DEPLOY', 'EXTERNAL']);
  const before = current?.revision.taskDefinition;
  const definition =
    text(input.taskDefinition) === undefined && before !== undefined
      ? before
      : usableRevision(cloud, input.taskDefinition);
  const settings = updatedSettings(service, input);
  const force = flag(input.forceNewDeployment) === true;
  const desiredCount = number(input.desiredCount) ?? service.desiredCount;
  checkCount(desiredCount);
  checkStrategyChange(service.settings, settings, force);
  checkService(cloud, service.cluster, launchSettings(settings), definition);
  const changed = definition !== before || canonical(pick(settings)) !== canonical(pick(service.settings));
  service.settings = settings;
  service.desiredCount = desiredCount;
  if (changed || force) deploy(cloud, service, definition);
  else noteServiceTask(cloud, service);
  return { service: describeService(cloud, service, true) };
}

const pick = (settings: JsonObject): JsonObject =>
  Object.fromEntries(revisionMembers.map((member) => [member, settings[member]]));

/** A service with a strategy has no launch type of its own. */
const launchSettings = (settings: JsonObject): JsonObject =>
  list(settings.capacityProviderStrategy).length > 0 ? { ...settings, launchType: undefined } : settings;

function updatedSettings(service: Service, input: JsonObject): JsonObject {
  const settings = { ...service.settings };
  for (const member of [...revisionMembers, ...otherMembers]) {
    if (input[member] !== undefined && input[member] !== null) settings[member] = input[member];
  }
  if (objects([input.deploymentConfiguration]).length > 0) {
    const before = object(service.settings.deploymentConfiguration);
    settings.deploymentConfiguration = { ...before, ...compact(object(input.deploymentConfiguration)) };
  }
  if (objects(input.capacityProviderStrategy).length > 0) delete settings.launchType;
  if (Array.isArray(input.capacityProviderStrategy) && input.capacityProviderStrategy.length === 0) {
    delete settings.capacityProviderStrategy;
    settings.launchType ??= 'EC2';
  }
  return settings;
}

function checkStrategyChange(before: JsonObject, after: JsonObject, force: boolean): void {
  if (force || canonical(before.capacityProviderStrategy) === canonical(after.capacityProviderStrategy)) return;
  throw invalidParameter(
    'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
  );
}

/** With CodeDeploy or an external controller ECS only takes what does not need a deployment. */
function refuseForController(controller: string, input: JsonObject): void {
  const refuse = (what: string) => {
    const where =
      controller === 'CODE_DEPLOY' ? 'Use AWS CodeDeploy to trigger a new deployment.' : 'Use a task set instead.';
    return invalidParameter(
      `Unable to update ${what} on services with a ${controller} deployment controller. ${where}`,
    );
  };
  if (text(input.taskDefinition) !== undefined) throw refuse('task definition');
  if (input.networkConfiguration !== undefined) throw refuse('network parameters');
  if (text(input.platformVersion) !== undefined) throw refuse('platform version');
  if (list(input.loadBalancers).length > 0) throw refuse('load balancers');
  if (flag(input.forceNewDeployment) === true) throw refuse('force new deployment');
}

/** DeleteService. */
export function deleteService(cloud: Cloud, input: JsonObject): JsonObject {
  const service = findService(cloud, input.cluster, input.service);
  if (service.status === 'INACTIVE') throw new AwsFailure('ServiceNotFoundException', 'Service not found.');
  if (service.desiredCount > 0 && flag(input.force) !== true) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  service.status = 'DRAINING';
  service.desiredCount = 0;
  noteServiceTask(cloud, service);
  return { service: describeService(cloud, service, true) };
}

/** The service by name or ARN; an unknown one is refused. */
export function findService(cloud: Cloud, clusterName: unknown, reference: unknown): Service {
  const service = lookUpService(findCluster(cloud, clusterName), text(reference) ?? '');
  if (service === undefined) throw new AwsFailure('ServiceNotFoundException', 'Service not found.');
  return service;
}

function lookUpService(cluster: Cluster, reference: string): Service | undefined {
  if (!reference.startsWith('arn:')) return cluster.services.get(reference);
  const service = cluster.services.get(reference.slice(reference.lastIndexOf('/') + 1));
  return service?.arn === reference ? service : undefined;
}

/** DescribeServices. */
export function describeServices(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const services: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const reference of references(input.services, 'Services', 10)) {
    const service = lookUpService(cluster, reference);
    if (service !== undefined) services.push(describeService(cloud, service, texts(input.include).includes('TAGS')));
    else {
      const arn = reference.startsWith('arn:') ? reference : cloud.arn('ecs', `service/${cluster.name}/${reference}`);
      failures.push({ arn, reason: 'MISSING' });
    }
  }
  return { services, failures };
}

/** ListServices. */
export function listServices(cloud: Cloud, input: JsonObject): JsonObject {
  const cluster = findCluster(cloud, input.cluster);
  const matching = [...cluster.services.values()]
    .filter((service) => service.status !== 'INACTIVE')
    .filter((service) => text(input.launchType) === undefined || service.settings.launchType === input.launchType)
    .map((service) => service.arn);
  const [serviceArns, nextToken] = page(matching, input, 100, 10);
  return { serviceArns, nextToken };
}

/** The message for what UpdateService cannot find. */
export const noSuchDeployment = (): AwsFailure =>
  new AwsFailure('ServiceDeploymentNotFoundException', 'Service deployment not found.');

/** Refuses a service deployment call for a service that ECS itself does not deploy. */
export function requireEcsController(service: Service): void {
  if (text(object(service.settings.deploymentController).type) === 'ECS') return;
  throw clientFailure('Service deployments are only available for services with the ECS deployment controller.');
}
