import { AwsFailure, clientFailure, invalidParameter, NotModelled } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { findCluster } from './clusters.ts';
import { canonical, compact, flag, type JsonObject, list, number, object, objects, text, texts } from './json.ts';
import { page } from './paging.ts';
import type { Cluster, Service } from './records.ts';
import { references } from './references.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { describeService } from './service-description.ts';
import { deploy, otherMembers, revisionMembers } from './service-revisions.ts';
import { checkCount, checkService } from './service-rules.ts';
import { isDaemon, primary } from './services.ts';
import { usableRevision } from './task-definitions.ts';

/** UpdateService. */
export function updateService(cloud: Cloud, input: JsonObject): JsonObject {
  const service = findService(cloud, input.cluster, input.service);
  if (service.status !== 'ACTIVE') throw new AwsFailure('ServiceNotActiveException', 'Service was not ACTIVE.');
  const current = primary(service);
  const controller = text(object(service.settings.deploymentController).type) ?? 'ECS';
  if (controller !== 'ECS') refuseForController(controller, input);
  if (![undefined, controller].includes(text(object(input.deploymentController).type))) {
    throw new NotModelled('a change of the deployment controller');
  }
  const before = current?.revision.taskDefinition;
  const definition =
    text(input.taskDefinition) === undefined && before !== undefined
      ? before
      : usableRevision(cloud, input.taskDefinition);
  const settings = updatedSettings(service, input);
  const force = flag(input.forceNewDeployment) === true;
  const desiredCount = number(input.desiredCount) ?? service.desiredCount;
  checkCount(service.settings, number(input.desiredCount));
  checkStrategyChange(service.settings, settings, force);
  checkIdle(service, settings);
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
    // AWS does not document omitted members; here they stay unchanged, but members of structures do not.
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

/** The deployment strategy can change only while no deployment is under way (Developer Guide, update-service-parameters). */
function checkIdle(service: Service, after: JsonObject): void {
  const strategyOf = (settings: JsonObject) => text(object(settings.deploymentConfiguration).strategy) ?? 'ROLLING';
  if (strategyOf(service.settings) === strategyOf(after)) return;
  if (service.records.every(({ finishedAt }) => finishedAt !== undefined)) return;
  throw invalidParameter('Unable to change the deployment strategy while a deployment is in progress.');
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
  if (flag(input.forceNewDeployment) !== true) return;
  const remedy = controller === 'CODE_DEPLOY' ? ' Use AWS CodeDeploy to trigger a new deployment.' : '';
  throw invalidParameter(
    `Cannot force a new deployment on services with a ${controller} deployment controller.${remedy}`,
  );
}

/** DeleteService. */
export function deleteService(cloud: Cloud, input: JsonObject): JsonObject {
  const service = findService(cloud, input.cluster, input.service);
  if (service.status === 'INACTIVE') throw new AwsFailure('ServiceNotFoundException', 'Service not found.');
  if (flag(input.force) !== true) refuseBusy(service);
  service.status = 'DRAINING';
  service.desiredCount = 0;
  noteServiceTask(cloud, service);
  return { service: describeService(cloud, service, true) };
}

/** "It's only necessary to use force if the service uses the REPLICA scheduling strategy." */
function refuseBusy(service: Service): void {
  if (isDaemon(service)) return;
  if (service.desiredCount > 0) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  if (service.deployments.length > 1) {
    throw invalidParameter('The service cannot be stopped while deployments are active.');
  }
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
    .filter((service) => service.status === 'ACTIVE' && input.resourceManagementType !== 'ECS')
    .filter(({ settings }) => [undefined, settings.schedulingStrategy].includes(text(input.schedulingStrategy)))
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
