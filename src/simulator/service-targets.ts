import type { Cloud } from './cloud.ts';
import { number, objects } from './json.ts';
import type { TargetGroup, Task } from './records.ts';
import { addEvent } from './service-events.ts';
import { deregister, deregistrationDelayMs, healthOfTarget, register, targetKey } from './target-groups.ts';

interface Registration {
  readonly group: TargetGroup;
  readonly id: string;
  readonly port: number;
}

/** Returns the targets of a service task in the service's target groups. */
export function registrationsOf(cloud: Cloud, task: Task): readonly Registration[] {
  const { settings, targetGroups = [] } = task.deployment?.revision ?? {};
  return objects(settings?.loadBalancers).flatMap((loadBalancer, index) => {
    const group = cloud.targetGroups.get(targetGroups[index] ?? '');
    const container = task.containers.find((candidate) => candidate.name === loadBalancer.containerName);
    const containerPort = number(loadBalancer.containerPort) ?? 0;
    if (group === undefined || container === undefined) return [];
    if (task.networkInterface !== undefined) return [{ group, id: task.networkInterface.address, port: containerPort }];
    const binding = container.bindings.find((candidate) => candidate.containerPort === containerPort);
    if (binding === undefined || task.instance === undefined) return [];
    return [{ group, id: task.instance.ec2InstanceId, port: binding.hostPort }];
  });
}

/** ECS registers a service task with the target groups of its deployment; whether there are any. */
export function registerTask(cloud: Cloud, task: Task): boolean {
  const registrations = registrationsOf(cloud, task);
  for (const { group, id, port } of registrations) {
    register(cloud, group, id, port, task.zone);
    if (task.service !== undefined)
      addEvent(cloud, task.service, `registered 1 targets in (target-group ${group.arn})`);
  }
  return registrations.length > 0;
}

/** ECS takes a service task out of its target groups; whether it was in any. */
export function deregisterTask(cloud: Cloud, task: Task): boolean {
  let draining = false;
  for (const { group, id, port } of registrationsOf(cloud, task)) {
    if (!deregister(cloud, group, id, port)) continue;
    draining = true;
    if (task.service !== undefined)
      addEvent(cloud, task.service, `deregistered 1 targets in (target-group ${group.arn})`);
  }
  if (draining && task.service !== undefined)
    addEvent(cloud, task.service, 'has begun draining connections on 1 tasks.');
  return draining;
}

/** How long the slowest of its target groups drains. */
export function drainingTimeMs(cloud: Cloud, task: Task): number {
  return Math.max(0, ...registrationsOf(cloud, task).map(({ group }) => deregistrationDelayMs(group)));
}

/** Whether every target group calls the task healthy, or the first that calls it unhealthy and why. */
export function targetsOf(
  cloud: Cloud,
  task: Task,
): { healthy: boolean; unhealthy?: { group: TargetGroup; port: number; reason: string } } {
  let healthy = true;
  for (const { group, id, port } of registrationsOf(cloud, task)) {
    const target = group.targets.get(targetKey(id, port));
    const health = target === undefined ? undefined : healthOfTarget(cloud, group, target);
    if (health?.state === 'unhealthy') {
      return { healthy: false, unhealthy: { group, port, reason: health.description ?? 'Health checks failed' } };
    }
    if (health?.state !== 'healthy') healthy = false;
  }
  return { healthy };
}
