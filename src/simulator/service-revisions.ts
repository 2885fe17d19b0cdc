import type { Cloud } from './cloud.ts';
import { addDeployment, finishRecord, ringingAlarms } from './deployment-failure.ts';
import { compact, object } from './json.ts';
import { newProgress } from './native-phases.ts';
import { isNative } from './native-rules.ts';
import { targetGroupsOf } from './native-traffic.ts';
import type { Revision, Service, ServiceDeployment, TaskDefinition } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { primary } from './services.ts';

/** The members that make a new deployment when they change ("This parameter triggers a new service deployment"). */
export const revisionMembers = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

/** The members that UpdateService stores without a new deployment. */
export const otherMembers = [
  'capacityProviderStrategy',
  'deploymentConfiguration',
  'availabilityZoneRebalancing',
  'placementConstraints',
  'placementStrategy',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'enableECSManagedTags',
  'propagateTags',
  'gatewayConnectors',
  'monitoring',
] as const;

/** Makes a revision of the service as it is now, and deploys it. */
export function deploy(cloud: Cloud, service: Service, taskDefinition: TaskDefinition): void {
  const source = [...new Set(service.deployments.map((deployment) => deployment.revision))];
  const target = newRevision(cloud, service, taskDefinition);
  const record = newRecord(cloud, service, { source, target });
  supersede(cloud, service);
  service.revisions.set(target.arn, target);
  service.records.unshift(record);
  addDeployment(cloud, service, target, record);
  noteServiceTask(cloud, service);
}

/** Returns the current service revision with a task definition. */
export function newRevision(cloud: Cloud, service: Service, taskDefinition: TaskDefinition): Revision {
  const id = cloud.random.digits(19);
  const members = [...revisionMembers, 'launchType', 'capacityProviderStrategy', 'gatewayConnectors', 'monitoring'];
  return {
    id,
    arn: cloud.arn('ecs', `service-revision/${service.cluster.name}/${service.name}/${id}`),
    taskDefinition,
    settings: compact(Object.fromEntries(members.map((member) => [member, service.settings[member]]))),
    targetGroups: targetGroupsOf(
      service.settings.loadBalancers,
      service.lastCompleted,
      isNative(object(service.settings.deploymentConfiguration)),
    ),
    createdAt: cloud.date(),
  };
}

/** A service deployment that has been created and not yet been begun. */
export function newRecord(
  cloud: Cloud,
  service: Service,
  { source, target }: Pick<ServiceDeployment, 'source' | 'target'>,
): ServiceDeployment {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';
  const id = cloud.random.characters(21, alphabet);
  const configuration = object(structuredClone(service.settings.deploymentConfiguration));
  const native = newProgress(configuration, source.length);
  return {
    arn: cloud.arn('ecs', `service-deployment/${service.cluster.name}/${service.name}/${id}`),
    createdAt: cloud.date(),
    source,
    target,
    configuration,
    status: 'PENDING',
    statusReason: undefined,
    updatedAt: cloud.date(),
    triggeredAlarms: [],
    tripped: false,
    ignoresAlarms: ringingAlarms(cloud, service).length > 0,
    failureCount: 0,
    ...(native === undefined ? {} : { native }),
  };
}

/** A newer deployment ends the one that is under way. */
function supersede(cloud: Cloud, service: Service): void {
  const [newest] = service.records;
  for (const record of new Set([primary(service)?.record, newest?.native === undefined ? undefined : newest])) {
    if (record === undefined || record.finishedAt !== undefined) continue;
    finishRecord(cloud, record, 'STOPPED', 'Service deployment was superseded by a newer service deployment.');
  }
}
