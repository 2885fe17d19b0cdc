import { invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { findCluster } from './clusters.ts';
import { canonical, compact, type JsonObject, list, number, object, objects, text } from './json.ts';
import type { Cluster, Service } from './records.ts';
import { describeService } from './service-description.ts';
import { deploy, otherMembers, revisionMembers } from './service-revisions.ts';
import { checkCount, checkService } from './service-rules.ts';
import { daemonCount } from './services.ts';
import { checkGivenTags, putTags } from './tags.ts';
import { usableRevision } from './task-definitions.ts';

/** CreateService. */
export function createService(cloud: Cloud, input: JsonObject): JsonObject {
  checkGivenTags(input.tags);
  const cluster = findCluster(cloud, input.cluster);
  const name = text(input.serviceName) ?? '';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Service name contains invalid characters.');
  const repeated = sameService(cluster.services.get(name), input);
  if (repeated !== undefined) return { service: describeService(cloud, repeated, true) };
  const service = newService(cloud, cluster, name, input);
  // With an external controller nothing runs until a task set is created.
  const external = controllerOf(service.settings) === 'EXTERNAL';
  const definition = external ? undefined : usableRevision(cloud, input.taskDefinition);
  if (definition !== undefined) checkService(cloud, cluster, service.settings, definition);
  cluster.services.set(name, service);
  putTags(cloud, service.arn, input.tags);
  if (definition !== undefined) deploy(cloud, service, definition);
  return { service: describeService(cloud, service, true) };
}

/** The service that the same request has made before; a name that is in use is refused, an INACTIVE one is not. */
function sameService(existing: Service | undefined, input: JsonObject): Service | undefined {
  const token = text(input.clientToken);
  if (token !== undefined && token.length > 36) throw invalidParameter('idempotency token longer than 36.');
  if (existing === undefined || existing.status === 'INACTIVE') return undefined;
  if (existing.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  if (token !== undefined && existing.request === canonical(input)) return existing;
  throw invalidParameter('Creation of service was not idempotent.');
}

function newService(cloud: Cloud, cluster: Cluster, name: string, input: JsonObject): Service {
  const settings = newSettings(cluster, input);
  return {
    name,
    arn: cloud.arn('ecs', `service/${cluster.name}/${name}`),
    cluster,
    createdAt: cloud.date(),
    request: canonical(input),
    revisions: new Map(),
    records: [],
    status: 'ACTIVE',
    settings,
    desiredCount: desiredCountOf(cluster, settings, input),
    deployments: [],
    events: [],
    lastCompleted: undefined,
    steady: false,
    reconciling: false,
  };
}

const controllerOf = (settings: JsonObject): unknown => object(settings.deploymentController).type;

/** "This is required if schedulingStrategy is REPLICA or isn't specified"; "the only required parameter is the service name" with an external controller. */
function desiredCountOf(cluster: Cluster, settings: JsonObject, input: JsonObject): number {
  const desired = number(input.desiredCount);
  checkCount(settings, desired);
  if (settings.schedulingStrategy === 'DAEMON') return daemonCount(cluster);
  if (desired === undefined && controllerOf(settings) !== 'EXTERNAL') {
    throw invalidParameter('desiredCount is required for the REPLICA scheduling strategy.');
  }
  return desired ?? 0;
}

function newSettings(cluster: Cluster, input: JsonObject): JsonObject {
  const given = Object.fromEntries([...revisionMembers, ...otherMembers].map((member) => [member, input[member]]));
  const schedulingStrategy = input.schedulingStrategy ?? 'REPLICA';
  const daemon = schedulingStrategy === 'DAEMON';
  const deploymentConfiguration = configurationWithDefaults(input.deploymentConfiguration, daemon);
  return compact({
    ...given,
    ...(controllerOf(input) === 'EXTERNAL' ? {} : launchOf(cluster, input, daemon)),
    schedulingStrategy,
    deploymentController: input.deploymentController ?? { type: 'ECS' },
    deploymentConfiguration,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? rebalancing(deploymentConfiguration, daemon),
    role: input.role,
  });
}

/** Where the tasks are to run: as asked for, else as the cluster does by default, which daemons do not. */
function launchOf(cluster: Cluster, input: JsonObject, daemon: boolean): JsonObject {
  const strategy = list(input.capacityProviderStrategy);
  const own = text(input.launchType) === undefined && strategy.length === 0 && !daemon;
  const capacityProviderStrategy = own ? list(cluster.defaultCapacityProviderStrategy) : strategy;
  const launchType = text(input.launchType) ?? (capacityProviderStrategy.length > 0 ? undefined : 'EC2');
  const fargate =
    launchType === 'FARGATE' ||
    objects(capacityProviderStrategy).some((item) => String(item.capacityProvider).startsWith('FARGATE'));
  return {
    launchType,
    capacityProviderStrategy: capacityProviderStrategy.length > 0 ? capacityProviderStrategy : undefined,
    platformVersion: fargate ? (text(input.platformVersion) ?? 'LATEST') : input.platformVersion,
  };
}

/** The defaults of a daemon are others: "the maximumPercent should remain at 100", "the default minimumHealthyPercent is 0 %". */
function configurationWithDefaults(given: unknown, daemon: boolean): JsonObject {
  return {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    maximumPercent: daemon ? 100 : 200,
    minimumHealthyPercent: daemon ? 0 : 100,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...compact(object(given)),
  };
}

/** "For create service requests, when no value is specified, Amazon ECS defaults the value to ENABLED"; it needs head-room to move tasks. */
function rebalancing(configuration: JsonObject, daemon: boolean): string {
  return daemon || (number(configuration.maximumPercent) ?? 200) <= 100 ? 'DISABLED' : 'ENABLED';
}
