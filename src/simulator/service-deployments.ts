import { AwsFailure, invalidParameter } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { breakerThreshold } from './deployment-failure.ts';
import { findService, noSuchDeployment, requireEcsController } from './ecs-services.ts';
import { compact, flag, type JsonObject, list, number, object, objects, text, texts } from './json.ts';
import { describeProgress, describeWeights } from './native-phases.ts';
import { serviceHistoryMs } from './pace.ts';
import { page } from './paging.ts';
import type { Revision, Service, ServiceDeployment } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { tasksOf } from './services.ts';
import { isPending, isRunning } from './tasks.ts';

/** ListServiceDeployments: newest first. */
export function listServiceDeployments(cloud: Cloud, input: JsonObject): JsonObject {
  const service = findService(cloud, input.cluster, input.service);
  requireEcsController(service);
  const statuses = texts(input.status);
  const created = object(input.createdAt);
  const [after, before] = [number(created.after) ?? 0, number(created.before) ?? Number.POSITIVE_INFINITY];
  const unknown = statuses.find((status) => !words.includes(status));
  if (unknown !== undefined)
    throw invalidParameter(`Invalid status: ${unknown}. Valid values are ${words.join(', ')}.`);
  const matching = service.records
    .filter((record) => isRemembered(cloud, record))
    .filter((record) => statuses.length === 0 || statuses.includes(record.status))
    .filter((record) => within(record.createdAt.getTime() / 1000, after, before))
    .map((record) => brief(service, record));
  const [serviceDeployments, nextToken] = page(matching, input, 100, 20);
  return { serviceDeployments, nextToken };
}

const words = [
  ...['PENDING', 'SUCCESSFUL', 'STOPPED', 'STOP_REQUESTED', 'IN_PROGRESS'],
  ...['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'],
];

const isRemembered = (cloud: Cloud, record: ServiceDeployment): boolean =>
  cloud.now() - record.createdAt.getTime() <= serviceHistoryMs;

const within = (seconds: number, after: number, before: number): boolean => seconds >= after && seconds <= before;

function brief(service: Service, record: ServiceDeployment): JsonObject {
  return compact({
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    startedAt: record.startedAt,
    createdAt: record.createdAt,
    finishedAt: record.finishedAt,
    targetServiceRevisionArn: record.target.arn,
    status: record.status,
    statusReason: record.statusReason,
  });
}

/** DescribeServiceDeployments. */
export function describeServiceDeployments(cloud: Cloud, input: JsonObject): JsonObject {
  const arns = texts(input.serviceDeploymentArns);
  if (arns.length === 0 || arns.length > 20) throw invalidParameter('serviceDeploymentArns must have 1 to 20 items.');
  const serviceDeployments: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const arn of arns) {
    const found = findRecord(cloud, arn);
    if (found === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceDeployments.push(describeRecord(found.service, found.record));
  }
  return { serviceDeployments, failures };
}

/** A service deployment of the account, by its ARN. */
export function findRecord(cloud: Cloud, arn: string): { service: Service; record: ServiceDeployment } | undefined {
  for (const service of allServices(cloud)) {
    const record = service.records.find((candidate) => candidate.arn === arn && isRemembered(cloud, candidate));
    if (record !== undefined) return { service, record };
  }
  return undefined;
}

const allServices = (cloud: Cloud): readonly Service[] =>
  [...cloud.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);

function describeRecord(service: Service, record: ServiceDeployment): JsonObject {
  return compact({
    serviceDeploymentArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    stoppedAt: record.stoppedAt,
    updatedAt: record.updatedAt,
    sourceServiceRevisions: record.source.map((revision) => summary(service, record, revision)),
    targetServiceRevision: summary(service, record, record.target),
    status: record.status,
    statusReason: record.statusReason,
    deploymentConfiguration: record.configuration,
    rollback: record.rollback,
    deploymentCircuitBreaker: breaker(service, record),
    alarms: alarms(record),
    ...describeProgress(record),
  });
}

function summary(service: Service, record: ServiceDeployment, revision: Revision): JsonObject {
  const tasks = tasksOf(service).filter((task) => task.deployment?.revision === revision);
  return {
    arn: revision.arn,
    requestedTaskCount: tasks.filter((task) => task.desiredStatus === 'RUNNING').length,
    runningTaskCount: tasks.filter(isRunning).length,
    pendingTaskCount: tasks.filter(isPending).length,
    ...describeWeights(record, revision.arn),
  };
}

function breaker(service: Service, record: ServiceDeployment): JsonObject {
  const enabled = flag(object(record.configuration.deploymentCircuitBreaker).enable) === true;
  const threshold = breakerThreshold(service);
  const watching = record.finishedAt === undefined ? 'MONITORING' : 'MONITORING_COMPLETE';
  return {
    status: !enabled ? 'DISABLED' : record.tripped ? 'TRIGGERED' : watching,
    failureCount: record.failureCount,
    threshold,
  };
}

function alarms(record: ServiceDeployment): JsonObject {
  const configuration = object(record.configuration.alarms);
  const watching = record.finishedAt === undefined ? 'MONITORING' : 'MONITORING_COMPLETE';
  const status = record.triggeredAlarms.length > 0 ? 'TRIGGERED' : watching;
  return {
    status: flag(configuration.enable) === true ? status : 'DISABLED',
    alarmNames: texts(configuration.alarmNames),
    triggeredAlarmNames: record.triggeredAlarms,
  };
}

/** DescribeServiceRevisions. */
export function describeServiceRevisions(cloud: Cloud, input: JsonObject): JsonObject {
  const arns = texts(input.serviceRevisionArns);
  if (arns.length === 0 || arns.length > 20) throw invalidParameter('serviceRevisionArns must have 1 to 20 items.');
  const serviceRevisions: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const arn of arns) {
    const service = allServices(cloud).find((candidate) => candidate.revisions.has(arn));
    const revision = service?.revisions.get(arn);
    if (service === undefined || revision === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceRevisions.push(describeRevision(service, revision));
  }
  return { serviceRevisions, failures };
}

function describeRevision(service: Service, revision: Revision): JsonObject {
  const { settings, taskDefinition } = revision;
  const groups = objects(settings.loadBalancers).map((loadBalancer, index) =>
    compact({
      targetGroupArn: revision.targetGroups[index],
      productionListenerRule: object(loadBalancer.advancedConfiguration).productionListenerRule,
    }),
  );
  return compact({
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: taskDefinition.arn,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    launchType: settings.launchType,
    platformVersion: settings.platformVersion === 'LATEST' ? '1.4.0' : settings.platformVersion,
    platformFamily: settings.platformVersion === undefined ? undefined : 'Linux',
    loadBalancers: list(settings.loadBalancers),
    serviceRegistries: list(settings.serviceRegistries),
    networkConfiguration: settings.networkConfiguration,
    containerImages: taskDefinition.containers.map((container) => ({
      containerName: container.name,
      image: container.image,
    })),
    guardDutyEnabled: false,
    serviceConnectConfiguration: settings.serviceConnectConfiguration,
    volumeConfigurations: settings.volumeConfigurations,
    vpcLatticeConfigurations: settings.vpcLatticeConfigurations,
    gatewayConnectors: settings.gatewayConnectors,
    monitoring: settings.monitoring,
    createdAt: revision.createdAt,
    resolvedConfiguration: { loadBalancers: groups },
  });
}

/**
 * StopServiceDeployment: whatever the stop type says, the documentation allows only a rollback. One that is on its way
 * back already goes on with it (Developer Guide, stop-service-deployment).
 */
export function stopServiceDeployment(cloud: Cloud, input: JsonObject): JsonObject {
  const arn = text(input.serviceDeploymentArn) ?? '';
  const stopType = text(input.stopType) ?? 'ROLLBACK';
  if (stopType !== 'ROLLBACK') throw invalidParameter(`Invalid stopType ${stopType}. Valid values are ROLLBACK.`);
  const found = findRecord(cloud, arn);
  if (found === undefined) throw noSuchDeployment();
  const { service, record } = found;
  if (record.finishedAt !== undefined) {
    throw new AwsFailure('ConflictException', `Service deployment in ${record.status} status cannot be stopped.`);
  }
  if (record.status === 'PENDING' || record.status === 'IN_PROGRESS') {
    record.status = 'ROLLBACK_REQUESTED';
    record.updatedAt = cloud.date();
    noteServiceTask(cloud, service);
  }
  return { serviceDeploymentArn: arn };
}
