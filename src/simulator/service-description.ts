import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, list, object, objects, text } from './json.ts';
import type { Deployment, Service, Task } from './records.ts';
import { primary, tasksOf } from './services.ts';
import { tagsOf } from './tags.ts';
import { isPending, isRunning } from './tasks.ts';

/** A service as DescribeServices shows it. */
export function describeService(cloud: Cloud, service: Service, withTags: boolean): JsonObject {
  const tasks = tasksOf(service);
  const settings = service.settings;
  const current = primary(service);
  const external = text(object(settings.deploymentController).type) !== 'ECS';
  const known = service.deployments
    .filter(({ revision }) => service.revisions.has(revision.arn))
    .map((deployment) => revisionCounts(deployment, tasks));
  return compact({
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: list(settings.loadBalancers),
    serviceRegistries: list(settings.serviceRegistries),
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    platformVersion: settings.platformVersion,
    platformFamily: settings.platformVersion === undefined ? undefined : 'Linux',
    taskDefinition: (current?.revision ?? service.lastCompleted)?.taskDefinition.arn,
    deploymentConfiguration: settings.deploymentConfiguration,
    taskSets: external
      ? service.deployments.map((deployment) => describeTaskSet(service, deployment, tasks))
      : undefined,
    deployments: external
      ? []
      : service.deployments.map((deployment) => describeDeployment(service, deployment, tasks)),
    roleArn: roleOf(cloud, text(settings.role) ?? 'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'),
    events: service.events,
    createdAt: service.createdAt,
    currentServiceDeployment: external ? undefined : service.records[0]?.arn,
    currentServiceRevisions: external || known.length === 0 ? undefined : known,
    placementConstraints: list(settings.placementConstraints),
    placementStrategy: list(settings.placementStrategy),
    networkConfiguration: settings.networkConfiguration,
    healthCheckGracePeriodSeconds:
      settings.healthCheckGracePeriodSeconds ?? (list(settings.loadBalancers).length > 0 ? 0 : undefined),
    schedulingStrategy: settings.schedulingStrategy,
    deploymentController: settings.deploymentController,
    tags: withTags ? tagsOf(cloud, service.arn) : undefined,
    createdBy: cloud.globalArn('iam', 'role/deployer'),
    enableECSManagedTags: settings.enableECSManagedTags ?? false,
    propagateTags: settings.propagateTags,
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: settings.availabilityZoneRebalancing ?? 'DISABLED',
    resourceManagementType: 'CUSTOMER',
  });
}

const roleOf = (cloud: Cloud, role: string): string =>
  role.startsWith('arn:') ? role : cloud.globalArn('iam', `role/${role.replace(/^\//, '')}`);

function revisionCounts(deployment: Deployment, tasks: readonly Task[]): JsonObject {
  const own = tasks.filter((task) => task.deployment === deployment);
  return {
    arn: deployment.revision.arn,
    requestedTaskCount: own.filter((task) => task.desiredStatus === 'RUNNING').length,
    runningTaskCount: own.filter(isRunning).length,
    pendingTaskCount: own.filter(isPending).length,
  };
}

const isBehindClassic = ({ loadBalancers }: JsonObject): boolean =>
  objects(loadBalancers).some(({ loadBalancerName }) => text(loadBalancerName) !== undefined);

function describeDeployment(service: Service, deployment: Deployment, tasks: readonly Task[]): JsonObject {
  const own = tasks.filter((task) => task.deployment === deployment);
  const { settings, taskDefinition } = deployment.revision;
  const wanted = own.filter((task) => task.desiredStatus === 'RUNNING').length;
  return compact({
    id: deployment.id,
    status: deployment.status,
    taskDefinition: taskDefinition.arn,
    desiredCount: deployment.status === 'PRIMARY' ? service.desiredCount : wanted,
    pendingCount: own.filter(isPending).length,
    runningCount: own.filter(isRunning).length,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    launchType: settings.launchType,
    platformVersion: settings.platformVersion === 'LATEST' ? '1.4.0' : settings.platformVersion,
    platformFamily: settings.platformVersion === undefined ? undefined : 'Linux',
    networkConfiguration: settings.networkConfiguration,
    // "only returned for services that … aren't behind a Classic Load Balancer"
    ...(isBehindClassic(settings)
      ? {}
      : { rolloutState: deployment.rolloutState, rolloutStateReason: deployment.rolloutStateReason }),
    serviceConnectConfiguration: settings.serviceConnectConfiguration,
    volumeConfigurations: settings.volumeConfigurations,
    vpcLatticeConfigurations: settings.vpcLatticeConfigurations,
  });
}

function describeTaskSet(service: Service, deployment: Deployment, tasks: readonly Task[]): JsonObject {
  const own = tasks.filter((task) => task.deployment === deployment);
  const { settings, taskDefinition } = deployment.revision;
  return compact({
    id: deployment.id,
    taskSetArn: service.arn.replace(':service/', ':task-set/').concat(`/${deployment.id}`),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    status: deployment.status,
    taskDefinition: taskDefinition.arn,
    computedDesiredCount: service.desiredCount,
    pendingCount: own.filter(isPending).length,
    runningCount: own.filter(isRunning).length,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    launchType: settings.launchType,
    platformVersion: settings.platformVersion,
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: list(settings.loadBalancers),
    serviceRegistries: list(settings.serviceRegistries),
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: service.steady ? 'STEADY_STATE' : 'STABILIZING',
    tags: [],
  });
}
