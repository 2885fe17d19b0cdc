import type { Cloud } from './cloud.ts';
import { type JsonObject, object } from './json.ts';
import type { Service, Target, TargetGroup, Task } from './records.ts';
import { tasksOf } from './services.ts';
import { tagsOf } from './tags.ts';
import { healthOfTarget } from './target-groups.ts';
import { healthOf } from './tasks.ts';

/** The state of an account without values that differ in every run (ids, addresses, times). */
export interface Picture {
  /** By `cluster/name`. */
  readonly services: Readonly<Record<string, ServicePicture>>;
  /** Tasks that belong to no service and have not stopped. */
  readonly standaloneTasks: readonly TaskPicture[];
  /** By the name of the target group. */
  readonly targets: Readonly<Record<string, readonly TargetPicture[]>>;
  /** The numbers of the ACTIVE revisions by family. */
  readonly revisions: Readonly<Record<string, readonly number[]>>;
  readonly alarms: Readonly<Record<string, string>>;
}

/** A service in a picture. */
export interface ServicePicture {
  readonly status: string;
  readonly taskDefinition: string | undefined;
  readonly desiredCount: number;
  readonly deployments: readonly {
    readonly status: string;
    readonly taskDefinition: string;
    readonly rolloutState: string;
  }[];
  /** How many tasks of which revision are there, in which state. */
  readonly tasks: Readonly<Record<string, number>>;
  readonly settings: JsonObject;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** A task that was started by itself. */
export interface TaskPicture {
  readonly cluster: string;
  readonly taskArn: string;
  readonly taskDefinition: string;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly healthStatus: string;
}

/** A target: the service it belongs to, or its id when it belongs to none. */
export interface TargetPicture {
  readonly of: string;
  readonly state: string;
  readonly reason: string | undefined;
}

/** Takes a picture of the cloud as it is now. */
export function pictureOf(cloud: Cloud): Picture {
  const clusters = [...cloud.clusters.values()];
  const services = clusters.flatMap((cluster) => [...cluster.services.values()]);
  return {
    services: sorted(
      services.map((service) => [`${service.cluster.name}/${service.name}`, pictureOfService(cloud, service)]),
    ),
    standaloneTasks: clusters
      .flatMap((cluster) => [...cluster.tasks.values()])
      .filter((task) => task.service === undefined && task.lastStatus !== 'STOPPED')
      .map(pictureOfTask),
    targets: sorted([...cloud.targetGroups.values()].map((group) => [group.name, pictureOfTargets(cloud, group)])),
    revisions: sorted([...cloud.families.values()].map((family) => [family.name, activeRevisions(family)])),
    alarms: sorted([...cloud.alarms.values()].map((alarm) => [alarm.name, alarm.state])),
  };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const activeRevisions = (family: { revisions: Map<number, { status: string }> }): readonly number[] =>
  [...family.revisions].filter(([, definition]) => definition.status === 'ACTIVE').map(([revision]) => revision);

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

function pictureOfService(cloud: Cloud, service: Service): ServicePicture {
  const deployments = service.deployments.map((deployment) => ({
    status: deployment.status,
    taskDefinition: nameOf(deployment.revision.taskDefinition.arn),
    rolloutState: deployment.rolloutState,
  }));
  const tasks = new Map<string, number>();
  for (const task of tasksOf(service)) {
    const key = `${nameOf(task.definition.arn)} ${task.lastStatus}`;
    tasks.set(key, (tasks.get(key) ?? 0) + 1);
  }
  return {
    status: service.status,
    taskDefinition: deployments.find((deployment) => deployment.status === 'PRIMARY')?.taskDefinition,
    desiredCount: service.desiredCount,
    deployments,
    tasks: sorted([...tasks]),
    settings: object(structuredClone(service.settings)),
    tags: tagsOf(cloud, service.arn),
  };
}

const pictureOfTask = (task: Task): TaskPicture => ({
  cluster: task.cluster.name,
  taskArn: task.arn,
  taskDefinition: nameOf(task.definition.arn),
  group: task.group,
  startedBy: task.startedBy,
  lastStatus: task.lastStatus,
  desiredStatus: task.desiredStatus,
  healthStatus: healthOf(task),
});

function pictureOfTargets(cloud: Cloud, group: TargetGroup): readonly TargetPicture[] {
  return [...group.targets.values()]
    .map((target) => {
      const { state, reason } = healthOfTarget(cloud, group, target);
      return { of: ownerOf(cloud, group, target), state, reason };
    })
    .sort((a, b) => (`${a.of} ${a.state}` < `${b.of} ${b.state}` ? -1 : 1));
}

/** The targets of a group that belong to no service. */
export function strangersIn(cloud: Cloud, group: TargetGroup): readonly Target[] {
  return [...group.targets.values()].filter((target) => !ownerOf(cloud, group, target).startsWith('service:'));
}

function ownerOf(cloud: Cloud, group: TargetGroup, target: Target): string {
  const tasks =
    group.targetType === 'ip'
      ? [cloud.addresses.get(target.id)]
      : [...cloud.clusters.values()]
          .flatMap((cluster) => [...cluster.tasks.values()])
          .filter((task) => holds(task, target));
  const service = tasks.find((task) => task?.service !== undefined)?.service;
  return service === undefined ? `${target.id}:${target.port}` : `service:${service.name}`;
}

const holds = (task: Task, target: Target): boolean =>
  task.instance?.ec2InstanceId === target.id &&
  task.containers.some((container) => container.bindings.some((binding) => binding.hostPort === target.port));
