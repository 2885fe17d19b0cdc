import type { Cloud } from './cloud.ts';
import { flag, number, objects, text } from './json.ts';
import { pace } from './pace.ts';
import type { Deployment, Service, Task } from './records.ts';
import { noteServiceTask } from './scheduler-queue.ts';
import { addEvent } from './service-events.ts';
import { isDaemon } from './services.ts';
import { putTags, tagsOf } from './tags.ts';
import { beginTask } from './task-lifecycle.ts';
import { placeTask } from './task-placement.ts';

/** Starts one more task of a deployment; when there is no room for it, an event says so and the scheduler tries again. */
export function startServiceTask(cloud: Cloud, service: Service, deployment: Deployment): Task | undefined {
  const { settings, taskDefinition } = deployment.revision;
  const strategy = objects(service.settings.capacityProviderStrategy);
  const provider = text(
    [...strategy].sort((a, b) => (number(b.weight) ?? 0) - (number(a.weight) ?? 0))[0]?.capacityProvider,
  );
  const fargate = provider?.startsWith('FARGATE') ?? service.settings.launchType === 'FARGATE';
  const placed = placeTask(cloud, {
    cluster: service.cluster,
    definition: taskDefinition,
    launchType: fargate ? 'FARGATE' : 'EC2',
    capacityProviderName: provider,
    platformVersion: text(settings.platformVersion),
    networkConfiguration: settings.networkConfiguration,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    enableExecuteCommand: flag(service.settings.enableExecuteCommand) ?? false,
    service,
    deployment,
    oncePerInstance: isDaemon(service),
  });
  if (!('id' in placed)) {
    const [why] = placed;
    unplaced(cloud, service, deployment, why?.reason ?? 'No Container Instances were found in your cluster.', why?.arn);
    return undefined;
  }
  const propagate = text(service.settings.propagateTags);
  if (propagate === 'SERVICE') putTags(cloud, placed.arn, tagsOf(cloud, service.arn));
  if (propagate === 'TASK_DEFINITION') putTags(cloud, placed.arn, tagsOf(cloud, taskDefinition.arn));
  beginTask(cloud, placed);
  return placed;
}

const lacks: Readonly<Record<string, string>> = {
  'RESOURCE:CPU': 'has insufficient CPU units available',
  'RESOURCE:MEMORY': 'has insufficient memory available',
  'RESOURCE:PORTS': 'is already using a port required by your task',
  AGENT: 'encountered error "AGENT"',
};

/** "A task is considered a failure if the service scheduler can't launch the task" (Deployment.failedTasks). */
function unplaced(cloud: Cloud, service: Service, deployment: Deployment, reason: string, instance?: string): void {
  const met = 'was unable to place a task because no container instance met all of its requirements.';
  const closest = `The closest matching (container-instance ${instance?.split('/').at(-1)}) ${lacks[reason] ?? reason}.`;
  const text = instance === undefined ? `was unable to place a task. Reason: ${reason}.` : `${met} ${closest}`;
  addEvent(
    cloud,
    service,
    `${text} For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
  );
  if (deployment.rolloutState === 'IN_PROGRESS') {
    deployment.failedTasks++;
    deployment.record.failureCount++;
  }
  deployment.notBefore = cloud.moment(cloud.random.between(...pace.placementRetry));
  noteAt(cloud, service, deployment.notBefore);
}

/** The scheduler looks again when that moment has come. */
export function noteAt(cloud: Cloud, service: Service, moment: number): void {
  cloud.at(moment, () => noteServiceTask(cloud, service));
}
