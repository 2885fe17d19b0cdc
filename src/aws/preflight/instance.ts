import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { TaskSize } from '../../model/preview.ts';
import { readInstances } from '../snapshots/port-room.ts';
import { type Access, ok, type PreflightCheck, problem, type Results, unclear } from './inspect.ts';

/** The instances to check, and the resources that one task needs. */
export interface RoomNeed {
  readonly cluster: string;
  readonly task: TaskSize;
  /** The same size with secret values left out, for messages. */
  readonly shown: TaskSize;
  /** Host ports that the task needs. */
  readonly ports: readonly number[];
  /** The instance of `canary-instance-arn`. */
  readonly instance?: string;
  /** Whether a capacity provider can add instances. */
  readonly grows: boolean;
}

/** Checks that a container instance has room for one more task. */
export const roomCheck = (need: RoomNeed): PreflightCheck => ({
  kind: 'instances',
  about: 'room on the container instances',
  look: (access) => lookForRoom(need, access),
});

async function lookForRoom(
  { cluster, task, shown, ports, instance, grows }: RoomNeed,
  { aws, may }: Access,
): Promise<Results> {
  const instances = await may(() => readInstances(aws, cluster, instance));
  if (instances === undefined) return [];
  const fit = instances.filter((one) => one.agentConnected !== false && fits(one, task, ports));
  const parts = [
    ...(shown.cpu === undefined ? [] : [`${shown.cpu} CPU units`]),
    ...(shown.memory === undefined ? [] : [`${shown.memory} MiB`]),
    ...(ports.length === 0 ? [] : [`port ${ports.join(', ')}`]),
  ];
  const size = parts.length === 0 ? 'as in its task definition' : parts.join(', ');
  if (fit.length > 0) return ok(`${fit.length} of ${instances.length} can run one more task (${size})`);
  if (grows)
    return unclear(
      `none of ${instances.length} can run one more task (${size}); the capacity provider may add instances`,
    );
  const next = 'Add a container instance, or stop tasks that are not needed.';
  if (instances.length === 0) return problem(`cluster ${cluster} has no ACTIVE container instance`, next);
  return problem(`none of ${instances.length} can run one more task (${size})`, next);
}

/** In `remainingResources`, ECS lists under PORTS the ports in use. */
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
