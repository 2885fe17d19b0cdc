import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { TaskSize } from '../../model/preview.ts';
import { readInstances } from '../snapshots/port-room.ts';
import { cannotTell, type Looker, ok, type PreflightCheck, problem, type Said } from './inspect.ts';

/** Which instances are asked for room, and for how much. */
export interface RoomNeed {
  readonly cluster: string;
  readonly task: TaskSize;
  /** What of that may be said. */
  readonly told: TaskSize;
  /** Ports of the instance that the task takes for itself. */
  readonly ports: readonly number[];
  /** The one that `canary-instance-arn` names. */
  readonly instance?: string;
  /** Capacity providers can bring more instances. */
  readonly grows: boolean;
}

/** Whether a container instance has room for one more task. */
export const roomInspection = (need: RoomNeed): PreflightCheck => ({
  kind: 'instances',
  about: 'room on the container instances',
  look: (looker) => lookForRoom(need, looker),
});

async function lookForRoom(
  { cluster, task, told, ports, instance, grows }: RoomNeed,
  { aws, may }: Looker,
): Promise<readonly Said[]> {
  const instances = await may(() => readInstances(aws, cluster, instance));
  if (instances === undefined) return [];
  const fit = instances.filter((one) => one.agentConnected !== false && fits(one, task, ports));
  const parts = [
    ...(told.cpu === undefined ? [] : [`${told.cpu} CPU units`]),
    ...(told.memory === undefined ? [] : [`${told.memory} MiB`]),
    ...(ports.length === 0 ? [] : [`port ${ports.join(', ')}`]),
  ];
  const size = parts.length === 0 ? 'as its definition says' : parts.join(', ');
  if (fit.length > 0) return [ok(`${fit.length} of ${instances.length} can take one more task (${size})`)];
  if (grows)
    return [
      cannotTell(`none of ${instances.length} can take one more task (${size}); the capacity provider may bring more`),
    ];
  const next = 'Add an instance, or stop something.';
  if (instances.length === 0) return [problem(`cluster ${cluster} has no ACTIVE container instance`, next)];
  return [problem(`none of ${instances.length} can take one more task (${size})`, next)];
}

/** ECS counts as remaining PORTS those that are taken. */
function fits(
  { remainingResources = [] }: ContainerInstance,
  { cpu = 0, memory = 0 }: TaskSize,
  ports: readonly number[],
): boolean {
  const left = (wanted: string) => remainingResources.find(({ name }) => name === wanted);
  const taken = left('PORTS')?.stringSetValue ?? [];
  const has = (name: string, wanted: number): boolean => (left(name)?.integerValue ?? 0) >= wanted;
  return has('CPU', cpu) && has('MEMORY', memory) && !ports.some((port) => taken.includes(String(port)));
}
